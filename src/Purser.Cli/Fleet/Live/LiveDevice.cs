using System.Security.Cryptography;
using Purser.Agent;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;
using Purser.Protocol;

namespace Purser.Cli.Fleet.Live;

/// <summary>A device that lives in real time: its store is a file, so it goes on where it stood when the fleet was stopped.</summary>
internal sealed class LiveDevice : IDisposable
{
    private const int Surge = 60;
    private static readonly TimeSpan MeanPause = TimeSpan.FromMinutes(30);

    private readonly LiveEstate.Place place;
    private readonly LiveTokens tokens;
    private readonly SeededSource random;
    private readonly LicensingAgent agent;
    private readonly bool isGreedy;
    private DateTimeOffset nextAct;

    /// <param name="store">Holds a device already.</param>
    /// <param name="place">Where it belongs.</param>
    /// <param name="isGreedy">Now and then it wants far more than anybody bought, for some minutes.</param>
    public LiveDevice(FileTrustedStore store, LiveEstate.Place place, LiveTokens tokens, AuthorityLink link, RandomNumberGenerator secrets, SeededSource random, bool isGreedy)
    {
        this.place = place;
        this.tokens = tokens;
        this.random = random;
        this.isGreedy = isGreedy;
        agent = new LicensingAgent(store, link, TimeProvider.System, secrets);
        nextAct = IsNew ? agent.Now + random.Span(TimeSpan.Zero, TimeSpan.FromSeconds(50)) : agent.Now + random.Exponential(MeanPause);
    }

    public bool IsNew => agent.State.Registration.Identity is null;

    public DateTimeOffset FirstDue => IsNew ? nextAct : agent.Now + random.Span(TimeSpan.Zero, TimeSpan.FromSeconds(30));

    public void Use(TransportSettings transport, TrustAnchor trust) =>
        agent.Configure(state => state with { Transport = transport, Trust = trust.Pinned ? trust : state.Trust });

    /// <summary>Does what is due and tells when to come again.</summary>
    public async Task<DateTimeOffset> StepAsync(CancellationToken cancel)
    {
        if (nextAct <= agent.Now)
        {
            await ActAsync(cancel);
        }

        var next = await agent.TickAsync(cancel);
        var soonest = agent.Now.AddSeconds(1);
        return next < nextAct ? (next > soonest ? next.Value : soonest) : nextAct;
    }

    public void Dispose() => agent.Dispose();

    private async Task ActAsync(CancellationToken cancel)
    {
        if (agent.State.Registration.Identity is null)
        {
            await RegisterAsync(cancel);
            Rest(TimeSpan.FromMinutes(1), MeanPause * 2);
        }
        else if (isGreedy)
        {
            await SurgeAsync(cancel);
        }
        else if (random.Chance(0.05))
        {
            await agent.DeregisterAsync(cancel);
            Rest(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(20));
        }
        else
        {
            await ChangeCountsAsync(cancel);
            Rest(TimeSpan.FromMinutes(5), MeanPause * 2);
        }
    }

    private void Rest(TimeSpan low, TimeSpan high) => nextAct = agent.Now + random.Span(low, high);

    private async Task RegisterAsync(CancellationToken cancel)
    {
        if (!agent.State.HasLicensesInUse)
        {
            foreach (var use in place.Uses)
            {
                await agent.RequestAsync(use.License, use.Count, cancel);
            }
        }

        var token = await tokens.OfAsync(place, agent.Now, cancel);
        if ((await agent.RegisterAsync(token, cancel: cancel)).Code == WireCode.AlreadyRegistered)
        {
            await agent.RegisterAsync(token, force: true, cancel);
        }
    }

    /// <summary>One more or one less than usual.</summary>
    private async Task ChangeCountsAsync(CancellationToken cancel)
    {
        var usual = random.Pick(place.Uses);
        var present = agent.State.Entitlements.FirstOrDefault(use => use.IsCalled(usual.License))?.Count ?? 0;
        if (present < usual.Count || (present == usual.Count && random.Chance(0.5)))
        {
            await agent.RequestAsync(usual.License, 1, cancel);
        }
        else
        {
            await agent.ReleaseAsync(usual.License, 1, cancel);
        }
    }

    private async Task SurgeAsync(CancellationToken cancel)
    {
        var license = place.Uses[0].License;
        if (agent.State.Entitlements.Any(use => use.IsCalled(license) && use.Count > Surge))
        {
            await agent.ReleaseAsync(license, Surge, cancel);
            Rest(TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(60));
        }
        else
        {
            await agent.RequestAsync(license, Surge, cancel);
            Rest(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(8));
        }
    }
}
