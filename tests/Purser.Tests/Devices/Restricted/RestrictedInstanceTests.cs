using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using static Purser.Tests.Devices.Restricted.RestrictedWorld;

namespace Purser.Tests.Devices.Restricted;

/// <summary>Transfer, removal and silence of product instances that hold restricted licenses (domain rules 7.5, 7.6, 9.3–9.5).</summary>
public sealed class RestrictedInstanceTests
{
    [Theory, Engines]
    [Trait("Feature", "PI-05")]
    public async Task Restricted_licenses_go_along_with_their_instance(Engine engine)
    {
        await using var world = await StartAsync(engine);
        using var one = await RegisterAsync(world, "pi1");
        await AskAsync(one, (K, 2));
        var input = new TransferDevices.Input(DeviceWorld.A(), DeviceWorld.B(), [(await world.DeviceRowAsync("SN-pi1")).Id]);
        var done = await world.Server.Get<TransferDevices>().HandleAsync(Command(TransferDevices.Name, input), input, Stop);
        Assert.True(done.IsOk, done.Refusal?.Detail);
        Assert.Equal("3 | 0 | +3", await PoolAsync(world, DeviceWorld.Restricted));
        Assert.Equal("2 | 2 | 0", await PoolAsync(world, DeviceWorld.Restricted, DeviceWorld.B()));
        await AssertSoundAsync(world);

        // Its next request is answered from there.
        Assert.Equal(["IN_COMPLIANCE"], await AskAsync(one, (K, 2)));
        Assert.Equal("2 | 2 | 0", await PoolAsync(world, DeviceWorld.Restricted, DeviceWorld.B()));
        await one.DeregisterAsync();
        Assert.Equal("2 | 0 | +2", await PoolAsync(world, DeviceWorld.Restricted, DeviceWorld.B()));
        await AssertSoundAsync(world);
    }

    [Theory, Engines]
    [Trait("Feature", "PI-06")]
    public async Task It_is_not_removed_but_its_other_licenses_can_be_released(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 10);
        using var one = await RegisterAsync(world, "pi1");
        await AskAsync(one, (K, 2), (DeviceWorld.AdvantageTag, 4));
        var id = (await world.DeviceRowAsync("SN-pi1")).Id;
        var remove = new RemoveDevices.Input(DeviceWorld.A(), [id]);
        Assert.Equal(RefusalCode.RestrictedLicensesInUse, (await world.Server.Get<RemoveDevices>().HandleAsync(Command(RemoveDevices.Name, remove), remove, Stop)).Refusal?.Code);

        var release = new ReleaseUnrestricted.Input(DeviceWorld.A(), id);
        var done = await world.Server.Get<ReleaseUnrestricted>().HandleAsync(Command(ReleaseUnrestricted.Name, release), release, Stop);
        Assert.Equal(4, Assert.Single(done.Value.Effects).Before.InUse);
        Assert.Equal("10 | 0 | +10", await PoolAsync(world, DeviceWorld.Advantage));
        Assert.Equal("5 | 2 | +3", await PoolAsync(world, DeviceWorld.Restricted));
        Assert.Equal(DeviceState.Registered, (await world.DeviceRowAsync("SN-pi1")).State);

        // Nothing more to release; and what it still needs it asks for again.
        Assert.Equal(RefusalCode.Conflict, (await world.Server.Get<ReleaseUnrestricted>().HandleAsync(Command(ReleaseUnrestricted.Name, release), release, Stop)).Refusal?.Code);
        await AskAsync(one, (K, 2), (DeviceWorld.AdvantageTag, 4));
        Assert.Equal("10 | 4 | +6", await PoolAsync(world, DeviceWorld.Advantage));
        await AssertSoundAsync(world);
    }

    // "PI holds 3 K and 6 L, silent 90 d: K row unchanged, L 10 | 6 | +4 -> 10 | 0 | +10."
    [Theory, Engines]
    [Trait("Feature", "EX-02")]
    public async Task Silence_releases_the_others_only_and_never_removes_it_until_an_operator_has_evidence(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 10);
        using var one = await RegisterAsync(world, "pi1");
        await AskAsync(one, (K, 3), (DeviceWorld.AdvantageTag, 6));
        var start = world.Now;
        await SweepAsync(world, start.AddDays(30));
        Assert.Equal(AlertTexts.RestrictedFailedToConnect("pi1", "A", 60), Assert.Single(await world.OpenAlertsAsync()));
        await SweepAsync(world, start.AddDays(90));
        Assert.Equal("5 | 3 | +2", await PoolAsync(world, DeviceWorld.Restricted));
        Assert.Equal("10 | 0 | +10", await PoolAsync(world, DeviceWorld.Advantage));
        Assert.Equal(AlertTexts.RestrictedFailedToRenew("pi1", "A"), Assert.Single(await world.OpenAlertsAsync()));
        await SweepAsync(world, start.AddDays(400));
        Assert.Equal(DeviceState.Registered, (await world.DeviceRowAsync("SN-pi1")).State);
        await AssertSoundAsync(world);

        var release = new ReleaseRestricted.Input(DeviceWorld.A(), (await world.DeviceRowAsync("SN-pi1")).Id, "Scrapped, certificate 17");
        var done = await world.Server.Get<ReleaseRestricted>().HandleAsync(Command(ReleaseRestricted.Name, release), release, Stop);
        Assert.Equal(3, done.Value.Released);
        Assert.Equal("5 | 0 | +5", await PoolAsync(world, DeviceWorld.Restricted));
        await SweepAsync(world, start.AddDays(401));
        Assert.Equal(DeviceState.Removed, (await world.DeviceRowAsync("SN-pi1")).State);
        await AssertSoundAsync(world);
    }

    // Domain rules 7.5, "With its licenses": A 10 | 7 | +3 and B 1 | 0 | +1 become A 6 | 3 | +3 and B 5 | 4 | +1.
    [Theory, Engines]
    [Trait("Feature", "LI-15")]
    public async Task As_many_licenses_as_it_uses_go_along_when_wished(Engine engine)
    {
        await using var world = await StartAsync(engine, restricted: 0);
        await world.DepositAsync(DeviceWorld.Advantage, 10);
        await world.DepositAsync(DeviceWorld.Advantage, 1, DeviceWorld.B());
        using var one = await RegisterAsync(world, "pi1");
        using var two = await RegisterAsync(world, "pi2");
        await AskAsync(one, (DeviceWorld.AdvantageTag, 4));
        await AskAsync(two, (DeviceWorld.AdvantageTag, 3));
        var input = new TransferDevices.Input(DeviceWorld.A(), DeviceWorld.B(), [(await world.DeviceRowAsync("SN-pi1")).Id]) { WithLicenses = true };
        var done = await world.Server.Get<TransferDevices>().HandleAsync(Command(TransferDevices.Name, input), input, Stop);
        Assert.True(done.IsOk, done.Refusal?.Detail);
        Assert.Equal("6 | 3 | +3", await PoolAsync(world, DeviceWorld.Advantage));
        Assert.Equal("5 | 4 | +1", await PoolAsync(world, DeviceWorld.Advantage, DeviceWorld.B()));
        await AssertSoundAsync(world);
    }
}
