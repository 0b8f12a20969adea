using Purser.Agent;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;

namespace Purser.Cli.Fleet;

/// <summary>A real agent with a life around it: it arrives, uses more and less, leaves, comes back, falls silent.</summary>
internal sealed class SimulatedDevice : IDisposable
{
    private static readonly TimeSpan WholeFault = TimeSpan.FromDays(2);

    private readonly FleetClock clock;
    private readonly SeededRandom random;
    private readonly FleetCounters counters;
    private readonly FaultyNetwork network;
    private readonly AuthorityLink link;
    private readonly LicensingAgent agent;
    private readonly Queue<(DateTimeOffset At, LifeAct Act)> life;
    private readonly DevicePlace place;
    private bool isWanted;

    public SimulatedDevice(
        int number, DevicePlace place, FleetClock clock, int days, HttpMessageHandler server, FleetFaults faults, FleetCounters counters, long seed)
    {
        this.place = place;
        this.clock = clock;
        this.counters = counters;
        random = new SeededRandom(seed, $"device {number}");
        life = DeviceLife.Draw(random, clock.Now, days);
        network = new FaultyNetwork(server, clock, random, faults, counters);
        link = new AuthorityLink(new HttpMessageInvoker(network));
        SerialNumber = $"SIM{seed % 100000:00000}{number:00000}";
        var state = DeviceSetup.Make(new DeviceDescription
        {
            SoftwareTag = place.SoftwareTag,
            Pid = place.Pid,
            Sn = SerialNumber,
            Hostname = $"sim-{number:00000}",
        });
        agent = new LicensingAgent(
            new MemoryTrustedStore(state with { Transport = new TransportSettings { SmartUrl = place.Address } }), link, DeviceClock(), random);
    }

    public string SerialNumber { get; }

    public DeviceState State => agent.State;

    public DevicePlace Place => place;

    public ContactLog Contacts { get; } = new();

    public bool IsSilent { get; private set; }

    /// <summary>Expected never to happen: the server refused what was right to ask.</summary>
    public string? Complaint { get; private set; }

    /// <summary>The first time at which this device does something.</summary>
    public DateTimeOffset? FirstAct => life.TryPeek(out var first) ? first.At : null;

    /// <summary>Does all that is due now. Returns when to be called again; null: never.</summary>
    public async Task<DateTimeOffset?> StepAsync(CancellationToken cancel)
    {
        await network.StrayAsync(cancel);
        while (life.TryPeek(out var next) && next.At <= clock.Now)
        {
            if (next.Act == LifeAct.FallSilent && agent.State.Pending is not null)
            {
                // Half a conversation leaves nobody sure who was heard last: it is finished first.
                break;
            }

            life.Dequeue();
            await ActAsync(next.Act, cancel);
        }

        var due = IsSilent ? null : await TickAsync(cancel);
        Note();
        return Earlier(due, life.TryPeek(out var following) ? Max(following.At, clock.Now.AddSeconds(1)) : null);
    }

    public void Dispose()
    {
        agent.Dispose();
        link.Dispose();
        network.Dispose();
        random.Dispose();
    }

    private TimeProvider DeviceClock() => random.Below(100) switch
    {
        < 5 => new WrongClock(clock, random.Between(TimeSpan.Zero, WholeFault) - (WholeFault / 2)),
        < 15 => new WrongClock(clock, random.Between(TimeSpan.Zero, TimeSpan.FromMinutes(20)) - TimeSpan.FromMinutes(10)),
        _ => clock,
    };

    private Task ActAsync(LifeAct act, CancellationToken cancel)
    {
        switch (act)
        {
            case LifeAct.Arrive or LifeAct.Return:
                isWanted = true;
                return RegisterAsync(cancel);
            case LifeAct.Leave:
                isWanted = false;
                return LeaveAsync(cancel);
            case LifeAct.ChangeUse when !IsSilent && isWanted:
                return ChangeUseAsync(cancel);
            case LifeAct.FallSilent:
                IsSilent = true;
                network.Calm();
                return Task.CompletedTask;
            case LifeAct.Speak:
                IsSilent = false;
                return Task.CompletedTask;
            default:
                return Task.CompletedTask;
        }
    }

    private async Task<DateTimeOffset?> TickAsync(CancellationToken cancel)
    {
        var due = await agent.TickAsync(cancel);
        if (isWanted && agent.State is { Registration.Identity: null, Pending: null })
        {
            // Its certificate ended, or the server had removed it: somebody registers it again.
            await RegisterAsync(cancel);
            due = await agent.TickAsync(cancel);
        }

        // The agent speaks of the authority's time as far as it knows it.
        return due is { } at ? Max(clock.Now + (at - agent.Now), clock.Now.AddSeconds(1)) : null;
    }

    private async Task RegisterAsync(CancellationToken cancel)
    {
        if (agent.State.Entitlements.Count == 0)
        {
            await agent.RequestAsync(random.Pick(place.Licenses), random.Between(1, 3), cancel);
        }

        var outcome = await agent.RegisterAsync(await place.TokenAsync(), force: false, cancel);
        if (outcome.Kind == AgentOutcomeKind.Refused)
        {
            counters.Refused();
            Complaint ??= $"registration refused on {clock.Now:yyyy-MM-dd}: {outcome.Reason}";
        }
        else if (outcome.IsDone)
        {
            counters.Registered();
        }
    }

    private async Task LeaveAsync(CancellationToken cancel)
    {
        if (agent.State.Registration.Identity is null)
        {
            return;
        }

        var outcome = await agent.DeregisterAsync(cancel);
        counters.Deregistered();
        if (outcome.IsDone || network.LastDelivered == clock.Now)
        {
            Contacts.Gone(clock.Now);
        }
    }

    private async Task ChangeUseAsync(CancellationToken cancel)
    {
        var license = random.Pick(place.Licenses);
        var inUse = agent.State.Entitlements.FirstOrDefault(use => use.IsCalled(license))?.Count ?? 0;
        if (inUse > 1 && random.Chance(0.5))
        {
            await agent.ReleaseAsync(license, random.Between(1, (int)inUse), cancel);
        }
        else
        {
            await agent.RequestAsync(license, random.Between(1, 3), cancel);
        }
    }

    private void Note()
    {
        if (isWanted && network.LastDelivered == clock.Now)
        {
            Contacts.Heard(clock.Now);
        }
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null || one < other ? one : other;

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
