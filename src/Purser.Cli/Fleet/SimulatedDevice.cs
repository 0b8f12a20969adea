using System.Globalization;
using Purser.Agent;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;
using Purser.Protocol;

namespace Purser.Cli.Fleet;

/// <summary>One device: the real agent with a clock and a line of its own, and a life that makes it do things.</summary>
internal sealed class SimulatedDevice : IDisposable
{
    private readonly FleetWorld world;
    private readonly SeededSource random;
    private readonly EstateProduct product;
    private readonly DeviceLife life;
    private readonly DeviceClock clock;
    private readonly DeviceLine line;
    private readonly HttpMessageInvoker invoker;
    private readonly AuthorityLink link;
    private readonly MemoryTrustedStore store;
    private EstatePlace place;
    private LicensingAgent agent;

    public SimulatedDevice(FleetWorld world, int index)
    {
        this.world = world;
        random = SeededSource.For(world.Options.Seed, (ulong)index);
        product = random.Pick(world.Estate.Products);
        place = random.Pick(world.Estate.Places);
        life = new DeviceLife(random, world.Clock.Start, world.Options.Arrivals);
        clock = DrawClock();
        Name = string.Create(CultureInfo.InvariantCulture, $"{world.Options.RunName}-{index:0000}");
        Shadow = new ShadowDevice(Name, world.Pools);
        var witness = new Witness(Shadow, world.Estate, world.Clock, world.Violations, world.Tally);
        line = new DeviceLine(world.Http, witness, world.Clock, random, world.Tally);
        invoker = new HttpMessageInvoker(line);
        link = new AuthorityLink(invoker);
        store = new MemoryTrustedStore(DeviceSetup.Make(new DeviceDescription { SoftwareTag = product.SoftwareTag, Pid = product.Pid, Sn = Name, Hostname = $"host-{Name}" }) with
        {
            Transport = new TransportSettings { SmartUrl = world.Authority.ToString() },
            Trust = world.Trust,
        });
        agent = Open();
    }

    /// <summary>Its serial number.</summary>
    public string Name { get; }

    public ShadowDevice Shadow { get; }

    public DeviceState State => agent.State;

    /// <summary>When it must be stepped next; null: never again.</summary>
    public DateTimeOffset? NextDue { get; private set; }

    public DateTimeOffset FirstDue => life.At!.Value;

    /// <summary>Does everything that is due now.</summary>
    public async Task StepAsync(CancellationToken cancel)
    {
        var now = world.Clock.Now;
        await line.ArriveAsync(cancel);
        if (life.At <= now)
        {
            var act = life.Next;
            world.Tally.Add("acts", act.ToString());
            life.Continue(act, now);
            await DoAsync(act, cancel);
        }

        DateTimeOffset? wanted = life.At;
        if (!life.IsSilent)
        {
            var next = await agent.TickAsync(cancel);
            if (agent.State is { Registration.Identity: null, Pending: null } && !life.IsAway)
            {
                life.RegisterSoon(now);
            }

            JudgeAuthorization();
            wanted = Earlier(life.At, next is { } due ? now + (due - agent.Now) : null);
        }

        await line.ArriveAsync(cancel);
        NextDue = Earlier(wanted, line.NextArrival);
    }

    public void Dispose()
    {
        agent.Dispose();
        link.Dispose();
        invoker.Dispose();
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private async Task DoAsync(Act act, CancellationToken cancel)
    {
        switch (act)
        {
            case Act.Register:
                await StartUsingAsync(cancel);
                await RegisterAsync(force: false, cancel);
                break;
            case Act.ChangeCounts:
                await ChangeCountsAsync(cancel);
                break;
            case Act.Deregister:
                await agent.DeregisterAsync(cancel);
                break;
            case Act.RegisterForced:
                await RegisterAsync(force: true, cancel);
                break;
            case Act.SwitchToken:
                place = random.Pick(world.Estate.Places);
                await RegisterAsync(force: true, cancel);
                break;
            case Act.Restart:
                agent.Dispose();
                agent = Open();
                break;
            case Act.ClockJump:
                clock.Jump(random.Span(TimeSpan.FromDays(-1), TimeSpan.FromDays(1)));
                break;
            default:
                break;
        }
    }

    private async Task RegisterAsync(bool force, CancellationToken cancel)
    {
        var outcome = await agent.RegisterAsync(place.Token, force, cancel);
        if (outcome.Code == WireCode.AlreadyRegistered)
        {
            // It gave up its registration without the authority's hearing of it.
            await agent.RegisterAsync(place.Token, force: true, cancel);
        }
    }

    private async Task StartUsingAsync(CancellationToken cancel)
    {
        if (!agent.State.HasLicensesInUse)
        {
            var first = random.Pick(product.Licenses);
            await agent.RequestAsync(Call(first), random.Between(1, 3), cancel);
        }
    }

    private async Task ChangeCountsAsync(CancellationToken cancel)
    {
        var inUse = agent.State.Entitlements.Where(static use => use.Count > 0).ToList();
        if (inUse.Sum(static use => use.Count) < random.Between(1, 6))
        {
            await agent.RequestAsync(Call(random.Pick(product.Licenses)), random.Between(1, 2), cancel);
        }
        else
        {
            var use = random.Pick(inUse);
            await agent.ReleaseAsync(use.Requested, random.Between(1, (int)use.Count), cancel);
        }
    }

    /// <summary>A product may ask by name or by tag; both at once are one license.</summary>
    private string Call(EstateLicense license) => random.Chance(0.5) ? license.Name : license.Tag;

    /// <summary>A device that is heard never runs into its authorization's deadline.</summary>
    private void JudgeAuthorization()
    {
        if (agent.State.Pending is null && agent.AuthorizationStatus == AuthorizationStatus.Expired)
        {
            world.Violations.Report("was cut off: its authorization has expired", Name);
        }
    }

    /// <summary>Most clocks are nearly right, some are hours off; all drift.</summary>
    private DeviceClock DrawClock()
    {
        var most = random.Pick<TimeSpan>([(TimeSpan.FromMinutes(5), 70), (TimeSpan.FromHours(1), 20), (TimeSpan.FromDays(1), 10)]);
        return new DeviceClock(world.Clock, random.Span(-most, most), random.Chance(0.1) ? random.Between(-60, 60) : random.Between(-8, 8));
    }

    private LicensingAgent Open() => new(store, link, clock, world.Secrets);
}
