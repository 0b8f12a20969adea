using System.Security.Cryptography;
using Purser.Agent;
using Purser.Agent.Policy;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;
using Purser.Protocol.Wire;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Usage;
using Purser.Server.Usage.Trust;
using Purser.Tests.Agent;

namespace Purser.Tests.Usage;

/// <summary>A device whose files are carried, and what it really used.</summary>
internal sealed class CarriedDevice : IDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly ReportingWorld world;
    private readonly MemoryTrustedStore store;
    private readonly AuthorityLink link;
    private readonly HttpMessageInvoker? http;
    private readonly RandomNumberGenerator random = RandomNumberGenerator.Create();
    private readonly string license;

    /// <param name="door">Where it pushes; null: nowhere.</param>
    public CarriedDevice(ReportingWorld world, string serialNumber = "FCW00001", HttpMessageHandler? door = null)
    {
        this.world = world;
        Clock = new ManualClock(world.Installation.Clock.Now);
        link = door is null ? new AuthorityLink(Clock) : new AuthorityLink(http = new HttpMessageInvoker(door));
        license = world.Report(1, "03-10", "03-11", 1).EntitlementTag;
        var description = new DeviceDescription { SoftwareTag = world.SoftwareTag, Pid = ReportingWorld.Switch.Pid, Sn = serialNumber };
        store = new MemoryTrustedStore(DeviceSetup.Make(description, world.Installation.Get<AuthorityKeys>().Current.Root.Certificate, byPolicy: true));
        Agent = Open();
    }

    public ManualClock Clock { get; }

    public LicensingAgent Agent { get; private set; }

    public PolicyState State => Agent.State.Policy!;

    public DateTimeOffset? Deadline => ReportingOutlook.Of(Agent.State).Deadline;

    public long InUse => Agent.State.Entitlements.Sum(use => use.Count);

    /// <summary>What was in use times how long.</summary>
    public long UnitSeconds { get; private set; }

    public async Task UseAsync(long change)
    {
        var outcome = change == 0 ? AgentOutcome.Done
            : change > 0 ? await Agent.RequestAsync(license, change, Stop)
            : await Agent.ReleaseAsync(license, Math.Min(InUse, -change), Stop);
        Assert.True(outcome.IsDone, outcome.Reason);
    }

    public async Task PassAsync(TimeSpan time)
    {
        UnitSeconds += InUse * (long)time.TotalSeconds;
        world.Installation.Advance(time);
        Clock.Advance(time);
        await Agent.TickAsync(Stop);
    }

    public async Task<string> SaveAsync()
    {
        var file = "";
        var saved = await Agent.Policy.SaveAsync(ReportChoice.Unreported, text =>
        {
            file = text;
            return Task.CompletedTask;
        });
        Assert.True(saved.IsOk, saved.Detail);
        return file;
    }

    public async Task<ReportReceipt> UploadAsync(string file)
    {
        var command = new Command(ReceiveReports.Name, Actor.System, new { }) { Accounts = [world.Stock.Account.Id] };
        var done = await world.Installation.Get<ReceiveReports>().FilesAsync(command, await world.Stock.PlaceAsync("A"), ReportSource.Upload, [new ReceiveReports.NamedFile("usage.xml", file)], Stop);
        Assert.True(done.IsOk, done.Refusal?.Detail);
        Assert.Empty(done.Value.ProductInstances.SelectMany(one => one.Refused));
        return done.Value;
    }

    public async Task SetUnitsAsync(string active, string standby) => await Agent.SetUnitsAsync(
        [
            new HaUnit(HaRole.Active, new Sudi { UdiPid = ReportingWorld.Switch.Pid, UdiSerialNumber = active }),
            new HaUnit(HaRole.Standby, new Sudi { UdiPid = ReportingWorld.Switch.Pid, UdiSerialNumber = standby }),
        ],
        Stop);

    public async Task<string> EstablishTrustAsync()
    {
        var file = "";
        await Agent.Policy.Trust.SaveRequestAsync(text =>
        {
            file = text;
            return Task.CompletedTask;
        });
        var command = new Command(EstablishTrust.Name, Actor.System, new { }) { Accounts = [world.Stock.Account.Id] };
        return (await world.Installation.Get<EstablishTrust>().FileAsync(command, await world.Stock.PlaceAsync("A"), file, Stop)).Value.Codes!;
    }

    public void Import(ReportReceipt receipt)
    {
        foreach (var one in receipt.ProductInstances)
        {
            var done = Agent.Policy.Import(one.Acknowledgement!);
            Assert.True(done.IsOk, done.Detail);
        }
    }

    public void Restart()
    {
        Agent.Dispose();
        Agent = Open();
    }

    public void Dispose()
    {
        Agent.Dispose();
        link.Dispose();
        http?.Dispose();
        random.Dispose();
    }

    private LicensingAgent Open() => new(store, link, Clock, random);
}
