using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Devices.Silence;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices.Silence;

/// <summary>What becomes of a device that is heard again, and of one that was removed meanwhile, over the real door (domain rules 7.4, 7.6).</summary>
public sealed class ContactAgainTests
{
    private const string Advantage = DeviceWorld.AdvantageTag;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Last contact 2026-03-02: contact on 05-15 clears the alerts, nothing was released; on 06-10 the requests count again, and where others
    // took the units the pool is out of compliance, the device is not refused.
    [Theory, Engines]
    [Trait("Feature", "PI-03")]
    public async Task Who_is_heard_again_counts_again(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 5);
        using var silent = new TestDevice(world, "SN1", "edge-1");
        using var other = new TestDevice(world, "SN2", "edge-2");
        var token = await world.TokenAsync(days: 365);
        await silent.RegisterAsync(token);
        await SweepAsync(world, new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        await silent.AuthorizeAsync((Advantage, 4));

        await SweepAsync(world, new(2026, 5, 15, 8, 0, 0, TimeSpan.Zero));
        Assert.Contains("within the next 16 days", Assert.Single(await world.OpenAlertsAsync()), StringComparison.Ordinal);
        Assert.True((await silent.AuthorizeAsync((Advantage, 4))).Data<AuthorizationReply>().Value.InCompliance);
        Assert.Empty(await world.OpenAlertsAsync());
        Assert.Equal(4, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);

        await SweepAsync(world, new(2026, 8, 20, 8, 0, 0, TimeSpan.Zero));
        Assert.Equal(0, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Contains("failed to connect during its renewal period", Assert.Single(await world.OpenAlertsAsync()), StringComparison.Ordinal);
        await other.RegisterAsync(token);
        Assert.True((await other.AuthorizeAsync((Advantage, 3))).Data<AuthorizationReply>().Value.InCompliance);

        Assert.False((await silent.AuthorizeAsync((Advantage, 4))).Data<AuthorizationReply>().Value.InCompliance);
        Assert.Contains("has a shortage of Network Advantage licenses. 2 licenses", Assert.Single(await world.OpenAlertsAsync()), StringComparison.Ordinal);
        Assert.Equal(7, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "PI-06")]
    public async Task Who_was_removed_is_told_that_its_identity_is_unknown_and_may_register_again(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = new TestDevice(world, "SN1", "edge-1");
        var token = await world.TokenAsync();
        await device.RegisterAsync(token);
        await device.AuthorizeAsync((Advantage, 1));
        var row = await world.DeviceRowAsync("SN1");
        var input = new RemoveDevices.Input(DeviceWorld.A(), [row.Id]);
        Assert.True((await world.Server.Get<RemoveDevices>().HandleAsync(new Command(RemoveDevices.Name, Actor.System, input) { Accounts = [1] }, input, Stop)).IsOk);

        Assert.Contains(nameof(WireCode.IdentityInvalid), Code(await device.AuthorizeAsync((Advantage, 1))), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Equal(ReplyStatus.Ok, (await device.RegisterAsync(token, force: true)).Reply.Status);
        Assert.Equal(ReplyStatus.Ok, (await device.AuthorizeAsync((Advantage, 1))).Reply.Status);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "PI-05")]
    public async Task Who_was_transferred_goes_on_with_the_licenses_of_the_new_place(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 1);
        using var device = new TestDevice(world, "SN1", "edge-1");
        await device.RegisterAsync(await world.TokenAsync());
        Assert.True((await device.AuthorizeAsync((Advantage, 1))).Data<AuthorizationReply>().Value.InCompliance);
        var input = new TransferDevices.Input(DeviceWorld.A(), DeviceWorld.B(), [(await world.DeviceRowAsync("SN1")).Id]);
        Assert.True((await world.Server.Get<TransferDevices>().HandleAsync(new Command(TransferDevices.Name, Actor.System, input) { Accounts = [1] }, input, Stop)).IsOk);
        Assert.False((await device.AuthorizeAsync((Advantage, 1))).Data<AuthorizationReply>().Value.InCompliance);
        await world.AssertConsistentAsync();
    }

    private static string Code(ReceivedReply reply) => TestDevice.Text(reply).Replace("_", "", StringComparison.Ordinal);

    private static Task<string> SweepAsync(DeviceWorld world, DateTimeOffset until)
    {
        world.Server.Clock.HoldAt(until);
        return world.Server.Get<SilenceSweep>().RunAsync(Stop);
    }
}
