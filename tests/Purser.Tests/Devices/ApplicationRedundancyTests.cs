using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

/// <summary>Two product instances with the same application and id: count of the active one; both claiming active: the larger (domain rules 7.8).</summary>
[Trait("Feature", "PI-07")]
public sealed class ApplicationRedundancyTests
{
    public static TheoryData<string, long, string, long, long> Counts => new()
    {
        { "Active", 10, "Standby", 10, 10 }, // the worked example
        { "Active", 10, "Standby", 12, 10 },
        { "Active", 10, "Standby", 3, 10 },
        { "Active", 7, "Active", 10, 10 },
        { "Active", 10, "Active", 10, 10 },
        { "Standby", 4, "Standby", 6, 6 },
        { "Standby", 4, "Active", 2, 2 },
    };

    [Theory, MemberData(nameof(Counts))]
    public async Task Scenarios(string role, long count, string otherRole, long otherCount, long inUse)
    {
        foreach (var engine in new[] { Engine.Sqlite, Engine.Postgres }.Where(engine => engine == Engine.Sqlite || Environment.GetEnvironmentVariable("PURSER_TEST_POSTGRES") is not null))
        {
            await using var world = await DeviceWorld.StartAsync(engine);
            await world.DepositAsync(DeviceWorld.Advantage, 20);
            using var pair = await Pair.StartAsync(world);

            await pair.One.ShareAsync(Share(role, "SN2"), (DeviceWorld.AdvantageTag, count));
            await pair.Two.ShareAsync(Share(otherRole, "SN1"), (DeviceWorld.AdvantageTag, otherCount));

            Assert.Equal(inUse, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
            await AssertCleanAsync(world);
        }
    }

    [Theory, Engines]
    public async Task Who_is_left_counts_by_itself(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var pair = await Pair.StartAsync(world);
        await pair.ShareAsync(10, 8);
        Assert.Equal(10, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);

        // The standby stops, the other stays as it was.
        await pair.Two.AuthorizeAsync();
        Assert.Equal(10, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        await pair.Two.ShareAsync(Share("Standby", "SN1"), (DeviceWorld.AdvantageTag, 8));
        Assert.Equal(10, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);

        // The active one leaves for good.
        await pair.One.DeregisterAsync();
        Assert.Equal(8, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        await AssertCleanAsync(world);
    }

    [Theory, Engines]
    public async Task A_failover_moves_the_count_and_a_message_without_the_application_ends_the_pair(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var pair = await Pair.StartAsync(world);
        await pair.ShareAsync(10, 8);

        await pair.Two.ShareAsync(Share("Active", "SN1"), (DeviceWorld.AdvantageTag, 8));
        Assert.Equal(10, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        await pair.One.ShareAsync(Share("Standby", "SN2"), (DeviceWorld.AdvantageTag, 10));
        Assert.Equal(8, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        await pair.One.AuthorizeAsync((DeviceWorld.AdvantageTag, 10));
        Assert.Equal(18, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        await AssertCleanAsync(world);
    }

    [Theory, Engines]
    public async Task A_page_says_of_both_what_both_are_told(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 10);
        using var pair = await Pair.StartAsync(world);

        await pair.ShareAsync(10, 10);
        Assert.Equal((DeviceLicenseStatus.InCompliance, "PID:NW-9300-48,SN:SN2"), await ShownAsync(world, "SN1"));
        Assert.Equal((DeviceLicenseStatus.CountedWithPeer, "PID:NW-9300-48,SN:SN1"), await ShownAsync(world, "SN2"));

        await pair.ShareAsync(12, 12);
        Assert.True((await world.DeviceRowAsync("SN2")).ToldOutOfCompliance);
        Assert.Equal(DeviceLicenseStatus.OutOfCompliance, (await ShownAsync(world, "SN1")).Status);
        Assert.Equal(DeviceLicenseStatus.OutOfCompliance, (await ShownAsync(world, "SN2")).Status);
    }

    [Theory, Engines]
    public async Task Only_two_that_name_each_other_are_a_pair(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var pair = await Pair.StartAsync(world);
        using var third = new TestDevice(world, "SN3");
        await third.RegisterAsync(await world.TokenAsync());
        await pair.ShareAsync(10, 10);

        await third.ShareAsync(Share("Standby", "SN1"), (DeviceWorld.AdvantageTag, 10));

        Assert.Equal(20, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        await AssertCleanAsync(world);
    }

    [Theory, Engines]
    public async Task Transfer_silence_and_removal_keep_the_books_exact(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var pair = await Pair.StartAsync(world);
        await pair.ShareAsync(10, 8);
        var (one, two) = ((await world.DeviceRowAsync("SN1")).Id, (await world.DeviceRowAsync("SN2")).Id);

        // Apart: each pool has its own.
        await TransferAsync(world, DeviceWorld.A(), DeviceWorld.B(), one);
        Assert.Equal((8, 10), await InUseAsync(world));
        await AssertCleanAsync(world);

        // Together again, and then both at once.
        await TransferAsync(world, DeviceWorld.A(), DeviceWorld.B(), two);
        Assert.Equal((0, 10), await InUseAsync(world));
        await TransferAsync(world, DeviceWorld.B(), DeviceWorld.A(), one, two);
        Assert.Equal((10, 0), await InUseAsync(world));
        await AssertCleanAsync(world);

        // The active one falls silent, its use is released; then it is heard again.
        world.Server.Advance(TimeSpan.FromDays(50));
        await pair.Two.ShareAsync(Share("Standby", "SN1"), (DeviceWorld.AdvantageTag, 8));
        world.Server.Advance(TimeSpan.FromDays(45));
        await world.Server.Get<Purser.Server.Jobs.JobRunner>().RunDueAsync(TestContext.Current.CancellationToken);
        Assert.Equal((8, 0), await InUseAsync(world));
        await AssertCleanAsync(world);
        await pair.One.RenewAsync();
        Assert.Equal((10, 0), await InUseAsync(world));
        await AssertCleanAsync(world);

        // Both are removed by a person.
        var removed = await world.Server.Get<RemoveDevices>().HandleAsync(
            new Command(RemoveDevices.Name, Actor.System, "") { Accounts = [1] }, new RemoveDevices.Input(DeviceWorld.A(), [one, two]), TestContext.Current.CancellationToken);
        Assert.True(removed.IsOk);
        Assert.Equal((0, 0), await InUseAsync(world));
        await AssertCleanAsync(world);
    }

    [Theory, Engines]
    [Trait("Feature", "LI-15")]
    public async Task A_pair_takes_along_as_many_licenses_as_count(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 10);
        using var pair = await Pair.StartAsync(world);
        await pair.ShareAsync(10, 10);
        var input = new TransferDevices.Input(DeviceWorld.A(), DeviceWorld.B(), [(await world.DeviceRowAsync("SN1")).Id, (await world.DeviceRowAsync("SN2")).Id]) { WithLicenses = true };

        var done = await world.Server.Get<TransferDevices>().HandleAsync(new Command(TransferDevices.Name, Actor.System, "") { Accounts = [1] }, input, TestContext.Current.CancellationToken);

        Assert.True(done.IsOk, done.Refusal?.Detail);
        var (a, b) = (await world.PoolAsync(DeviceWorld.Advantage), await world.PoolAsync(DeviceWorld.Advantage, DeviceWorld.B()));
        Assert.Equal((0, 0, 10, 10), (a!.Purchased, a.InUse, b!.Purchased, b.InUse));
        await AssertCleanAsync(world);
    }

    private static async Task<(DeviceLicenseStatus Status, string? Peer)> ShownAsync(DeviceWorld world, string serialNumber)
    {
        var details = await world.Server.Get<GetDevice>().HandleAsync(
            Actor.System, 1, DeviceWorld.A(), (await world.DeviceRowAsync(serialNumber)).Id, TestContext.Current.CancellationToken);
        var license = Assert.Single(details.Value.Licenses);
        return (license.Status, license.Redundancy?.Peer);
    }

    public static TheoryData<string, ApplicationShare[]> BadShares => new()
    {
        { "letters and digits", [Share("Active", "SN2") with { Name = "CUBE 1" }] },
        { "letters and digits", [Share("Active", "SN2") with { Id = "" }] },
        { "Active or Standby", [Share("Member", "SN2")] },
        { "is this device itself", [Share("Active", "SN1")] },
        { "two roles or two peers", [Share("Active", "SN2"), Share("Standby", "SN2")] },
        { "two roles or two peers", [Share("Active", "SN2"), Share("Active", "SN3")] },
        { "needs udi_pid", [Share("Active", "S N")] },
    };

    [Theory, MemberData(nameof(BadShares))]
    public async Task Attributes_that_cannot_be_right_are_refused(string why, ApplicationShare[] shares)
    {
        await using var world = await DeviceWorld.StartAsync(Engine.Sqlite);
        using var device = new TestDevice(world, "SN1");
        await device.RegisterAsync(await world.TokenAsync());
        string[] tags = [DeviceWorld.AdvantageTag, DeviceWorld.EssentialsTag];

        var reply = await device.SendAsync(RequestWriter.Compose(
            device.Header(RequestType.Authorization), new AuthorizationRequest([.. shares.Select((share, index) => new EntitlementRequest(1, tags[index], Application: share))])));

        Assert.Equal(WireCode.ApplicationInvalid, reply.Reply.Code);
        Assert.Contains(why, reply.Reply.Message, StringComparison.Ordinal);
    }

    private static ApplicationShare Share(string role, string peer) => new("CUBE", "7", role, TestDevice.Sudi(peer));

    private static async Task<(long A, long B)> InUseAsync(DeviceWorld world) =>
        ((await world.PoolAsync(DeviceWorld.Advantage))!.InUse, (await world.PoolAsync(DeviceWorld.Advantage, DeviceWorld.B()))?.InUse ?? 0);

    private static async Task TransferAsync(DeviceWorld world, long from, long to, params long[] devices)
    {
        var done = await world.Server.Get<TransferDevices>().HandleAsync(
            new Command(TransferDevices.Name, Actor.System, "") { Accounts = [1] }, new TransferDevices.Input(from, to, devices), TestContext.Current.CancellationToken);
        Assert.True(done.IsOk, done.Refusal?.Detail);
    }

    private static async Task AssertCleanAsync(DeviceWorld world)
    {
        await world.AssertConsistentAsync();
        var report = await new AuditBook(world.Server.Database).HandleAsync(TestContext.Current.CancellationToken);
        Assert.True(report.IsClean, report.First?.ToString());
    }

    private sealed record Pair(TestDevice One, TestDevice Two) : IDisposable
    {
        public static async Task<Pair> StartAsync(DeviceWorld world)
        {
            var pair = new Pair(new TestDevice(world, "SN1"), new TestDevice(world, "SN2"));
            await pair.One.RegisterAsync(await world.TokenAsync());
            await pair.Two.RegisterAsync(await world.TokenAsync());
            return pair;
        }

        public async Task ShareAsync(long active, long standby)
        {
            await One.ShareAsync(Share("Active", "SN2"), (DeviceWorld.AdvantageTag, active));
            await Two.ShareAsync(Share("Standby", "SN1"), (DeviceWorld.AdvantageTag, standby));
        }

        public void Dispose()
        {
            One.Dispose();
            Two.Dispose();
        }
    }
}
