using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Audit;
using Purser.Server.Devices;
using Purser.Server.Events;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

/// <summary>One product instance for the set; events name the standbys (domain rules 7.8, help ch. 6).</summary>
[Trait("Feature", "PI-07")]
public sealed class HighAvailabilityTests
{
    [Theory, Engines]
    public async Task A_set_is_one_product_instance_and_a_switchover_is_noticed(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 2);
        using var device = new TestDevice(world, "SN1", "core-1") { Set = (1, Set(("SN1", "Active"), ("SN2", "Standby"), ("SN3", "Member"))) };
        await device.RegisterAsync(await world.TokenAsync());
        await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 2));

        (device.Set, device.SerialNumber) = ((2, Set(("SN1", "Standby"), ("SN2", "Active"), ("SN3", "Member"))), "SN2");
        Assert.Equal(ReplyStatus.Ok, (await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 2))).Reply.Status);
        Assert.Equal(ReplyStatus.Ok, (await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 2))).Reply.Status);

        Assert.Equal(2, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Equal(
            [
                "The product instance core-1 was added to the Virtual Account \"A\" and configured for redundancy with the following Standbys: \"UDI_PID:NW-9300-48; UDI_SN:SN2; \".",
                "The product instance core-1 in the Virtual Account \"A\" requested 2 \"Network Advantage\".",
                "The product instance core-1 in the Virtual Account \"A\" connected and was configured for redundancy with the following Standbys: \"UDI_PID:NW-9300-48; UDI_SN:SN1; \"..",
            ],
            (await MessagesAsync(world)).Skip(1));
        var row = await world.DeviceRowAsync("SN1");
        Assert.Equal([("Active", "SN2"), ("Standby", "SN1"), ("Member", "SN3")], HaUnits.Of(row).Select(unit => (unit.Role, unit.SerialNumber)));
        Assert.Contains("SN3", row.SearchText, StringComparison.Ordinal);
        await AssertCleanAsync(world);
    }

    [Theory, Engines]
    public async Task What_an_older_agent_does_not_tell_stays_as_it_was(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = new TestDevice(world, "SN1") { Set = (4, Set(("SN1", "Active"), ("SN2", "Standby"))) };
        await device.RegisterAsync(await world.TokenAsync());
        device.Set = null;

        Assert.Equal(ReplyStatus.Ok, (await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 1))).Reply.Status);

        Assert.Equal(2, HaUnits.Of(await world.DeviceRowAsync("SN1")).Count);
    }

    [Theory, Engines]
    public async Task An_old_state_and_two_active_units_are_refused_with_cause_and_remedy(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = new TestDevice(world, "SN1") { Set = (5, Set(("SN1", "Active"), ("SN2", "Standby"))) };
        await device.RegisterAsync(await world.TokenAsync());

        device.Set = (4, Set(("SN1", "Active"), ("SN2", "Member")));
        var old = await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 1));
        (device.Set, device.SerialNumber) = ((5, Set(("SN1", "Standby"), ("SN2", "Active"))), "SN2");
        var split = await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 1));

        Assert.Equal((ReplyStatus.Failed, WireCode.HaStale), (old.Reply.Status, old.Reply.Code));
        Assert.Contains("state 5 is known", old.Reply.Message, StringComparison.Ordinal);
        Assert.Equal(WireCode.HaStale, split.Reply.Code);
        Assert.Contains("both believe to be active", split.Reply.Message, StringComparison.Ordinal);
        Assert.Null(await world.PoolAsync(DeviceWorld.Advantage));
    }

    [Theory, Engines]
    public async Task A_unit_that_is_registered_by_itself_or_in_another_set_is_refused(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.AddAccountAsync(2, "Other");
        var token = await world.TokenAsync();
        using var single = new TestDevice(world, "SN2");
        await single.RegisterAsync(await world.TokenAsync(20, accountId: 2));
        using var other = new TestDevice(world, "SN7") { Set = (1, Set(("SN7", "Active"), ("SN8", "Standby"))) };
        await other.RegisterAsync(token);

        using var device = new TestDevice(world, "SN1") { Set = (1, Set(("SN1", "Active"), ("SN2", "Standby"))) };
        var refused = await device.RegisterAsync(token);
        device.Set = null;
        await device.RegisterAsync(token);
        device.Set = (1, Set(("SN1", "Active"), ("SN8", "Standby")));
        var taken = await device.RenewAsync();

        Assert.Equal(WireCode.HaUnitRegistered, refused.Reply.Code);
        Assert.Contains("PID:NW-9300-48,SN:SN2", refused.Reply.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Other", refused.Reply.Message, StringComparison.Ordinal);
        Assert.Equal(WireCode.HaUnitRegistered, taken.Reply.Code);
        await AssertCleanAsync(world);
    }

    [Theory, Engines]
    public async Task A_unit_registers_by_itself_only_with_force_and_then_leaves_its_set(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        var token = await world.TokenAsync();
        using var device = new TestDevice(world, "SN1") { Set = (1, Set(("SN1", "Active"), ("SN2", "Standby"), ("SN3", "Standby"))) };
        await device.RegisterAsync(token);
        using var unit = new TestDevice(world, "SN2");

        Assert.Equal(WireCode.HaUnitRegistered, (await unit.RegisterAsync(token)).Reply.Code);
        Assert.Equal(ReplyStatus.Ok, (await unit.RegisterAsync(token, force: true)).Reply.Status);

        Assert.Equal(["SN1", "SN3"], HaUnits.Of(await world.DeviceRowAsync("SN1")).Select(one => one.SerialNumber));
        Assert.Equal(DeviceState.Registered, (await world.DeviceRowAsync("SN2")).State);
        await AssertCleanAsync(world);
        Assert.Equal(WireCode.HaUnitRegistered, (await Again(device, 2)).Reply.Code);

        static Task<ReceivedReply> Again(TestDevice device, long sequence)
        {
            device.Set = (sequence, device.Set!.Value.Units);
            return device.RenewAsync();
        }
    }

    [Theory, Engines]
    public async Task The_new_active_unit_registers_anew_and_the_row_stays(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        var token = await world.TokenAsync();
        using var device = new TestDevice(world, "SN1") { Set = (1, Set(("SN1", "Active"), ("SN2", "Standby"))) };
        await device.RegisterAsync(token);
        var before = await world.DeviceRowAsync("SN1");

        // The key is mirrored to the standby, so it is the same device.
        (device.Set, device.SerialNumber) = ((2, Set(("SN2", "Active"), ("SN1", "Standby"))), "SN2");
        Assert.Equal(ReplyStatus.Ok, (await device.RegisterAsync(token)).Reply.Status);

        Assert.Equal((before.Id, before.Piid), ((await world.DeviceRowAsync("SN1")).Id, device.Piid));
        Assert.Contains("configured for redundancy", (await MessagesAsync(world))[^1], StringComparison.Ordinal);
        await device.DeregisterAsync();
        using var unit = new TestDevice(world, "SN2");
        Assert.Equal(ReplyStatus.Ok, (await unit.RegisterAsync(token)).Reply.Status);
        await AssertCleanAsync(world);
    }

    [Theory]
    [InlineData("A PID:NW-9300-48,SN:SN2 is listed twice", "SN1 Active", "SN2 Standby", "SN2 Member")]
    [InlineData("No unit is active", "SN1 Standby", "SN2 Standby")]
    [InlineData("2 units are active", "SN1 Active", "SN2 Active")]
    [InlineData("must be Active, Standby or Member", "SN1 Active", "SN2 Leader")]
    [InlineData("Only the active unit speaks", "SN2 Active", "SN1 Standby")]
    [InlineData("1 to 32 units", "many")]
    public async Task A_list_that_cannot_be_right_is_refused(string why, params string[] units)
    {
        await using var world = await DeviceWorld.StartAsync(Engine.Sqlite);
        var told = units is ["many"] ? Enumerable.Range(1, 33).Select(number => ($"SN{number}", number == 1 ? "Active" : "Member")).ToArray()
            : units.Select(unit => unit.Split(' ')).Select(unit => (unit[0], unit[1])).ToArray();
        using var device = new TestDevice(world, "SN1") { Set = (1, Set(told)) };

        var reply = await device.RegisterAsync(await world.TokenAsync());

        Assert.Equal((ReplyStatus.Failed, WireCode.HaInvalid), (reply.Reply.Status, reply.Reply.Code));
        Assert.Contains(why.Replace("A PID", "PID", StringComparison.Ordinal), reply.Reply.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<HaUnit> Set(params (string Serial, string Role)[] units) => [.. units.Select(unit => new HaUnit(unit.Role, TestDevice.Sudi(unit.Serial)))];

    private static async Task<List<string>> MessagesAsync(DeviceWorld world) => (await world.EventsAsync()).ConvertAll(row => row.Message);

    private static async Task AssertCleanAsync(DeviceWorld world)
    {
        await world.AssertConsistentAsync();
        var report = await new AuditBook(world.Server.Database).HandleAsync(TestContext.Current.CancellationToken);
        Assert.True(report.IsClean, report.First?.ToString());
    }
}
