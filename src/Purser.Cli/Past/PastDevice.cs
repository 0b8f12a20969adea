using System.Security.Cryptography;
using System.Text;
using Purser.Agent;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;
using Purser.Protocol;

namespace Purser.Cli.Past;

/// <summary>What a device does before the demo is looked at: it arrives, uses more over time, and goes on living afterwards, or fell silent, or left.</summary>
/// <param name="Arrives">On which day it registers.</param>
/// <param name="FallsSilent">No message from then on.</param>
/// <param name="Leaves">Deregisters then.</param>
/// <param name="Grows">When it begins to use all that it will use.</param>
internal sealed record PastLife(DateTimeOffset Arrives, DateTimeOffset? FallsSilent, DateTimeOffset? Leaves, DateTimeOffset Grows);

/// <summary>A real agent on the shared clock of the past.</summary>
internal sealed class PastDevice : IDisposable
{
    private readonly PastClock clock;
    private readonly PastLife life;
    private readonly EstateFile.Place place;
    private readonly LicensingAgent agent;
    private bool hasArrived;
    private bool hasGrown;
    private bool hasLeft;

    public PastDevice(string identity, string hostname, EstateFile.Place place, PastLife life, PastClock clock, Uri server, AuthorityLink link, RandomNumberGenerator random)
    {
        (this.place, this.life, this.clock) = (place, life, clock);
        var state = DeviceSetup.Make(new DeviceDescription
        {
            SoftwareTag = place.SoftwareTag,
            Pid = place.Pid,

            // The same again when the past has to be begun anew: then it is the same device.
            Sn = "FLT" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 4)),
            Hostname = hostname,
        });
        state = state with { Transport = new TransportSettings { SmartUrl = new Uri(server, "/licservice/license").ToString() } };
        agent = new LicensingAgent(new MemoryTrustedStore(state), link, clock, random);
    }

    public bool LivesOn => life is { FallsSilent: null, Leaves: null };

    public EstateFile.Place Place => place;

    public DateTimeOffset NextDue { get; private set; } = DateTimeOffset.MinValue;

    public void SaveTo(string path) => new FileTrustedStore(path).Save(agent.State);

    public async Task StepAsync(Func<EstateFile.Place, CancellationToken, Task<string>> token, CancellationToken cancel)
    {
        var now = clock.Now;
        if (hasLeft || now >= life.FallsSilent)
        {
            NextDue = DateTimeOffset.MaxValue;
            return;
        }

        if (!hasArrived)
        {
            if (now < life.Arrives)
            {
                NextDue = life.Arrives;
                return;
            }

            await RegisterAsync(await token(place, cancel), cancel);
            hasArrived = true;
        }

        if (now >= life.Leaves)
        {
            await agent.DeregisterAsync(cancel);
            hasLeft = true;
        }
        else if (!hasGrown && now >= life.Grows)
        {
            foreach (var use in place.Uses.Where(use => AtFirst(use) < use.Count))
            {
                await agent.RequestAsync(use.License, use.Count - AtFirst(use), cancel);
            }

            hasGrown = true;
        }

        var due = hasLeft ? DateTimeOffset.MaxValue : await agent.TickAsync(cancel) ?? DateTimeOffset.MaxValue;
        NextDue = hasGrown || due < life.Grows ? due : life.Grows;
    }

    public void Dispose() => agent.Dispose();

    /// <summary>A controller begins with half of its access points.</summary>
    private static int AtFirst(EstateFile.Use use) => (use.Count + 1) / 2;

    private async Task RegisterAsync(string token, CancellationToken cancel)
    {
        foreach (var use in place.Uses)
        {
            await agent.RequestAsync(use.License, AtFirst(use), cancel);
        }

        var outcome = await agent.RegisterAsync(token, force: false, cancel);
        if (outcome.Code == WireCode.AlreadyRegistered)
        {
            outcome = await agent.RegisterAsync(token, force: true, cancel);
        }

        if (outcome.Kind == AgentOutcomeKind.Refused)
        {
            throw new CommandException($"the server refused a device of the demo: {outcome.Reason}");
        }
    }
}
