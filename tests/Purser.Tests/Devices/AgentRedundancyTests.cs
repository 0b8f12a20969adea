using Purser.Agent;
using Purser.Agent.Rules;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Devices;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

/// <summary>The real agent tells the real server of redundancy, and is detached and reattached; its store is a file, and it is restarted in between.</summary>
public sealed class AgentRedundancyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, Engines]
    [Trait("Feature", "PI-07")]
    public async Task A_set_has_the_host_name_of_its_device(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var rig = new AgentRig(world, "SN1", "stack-1");
        Assert.True((await rig.Agent.SetUnitsAsync([Unit("Active", "SN1"), Unit("Standby", "SN2")], Cancel)).IsDone);
        await Done(rig.Agent.RegisterAsync(await world.TokenAsync(), cancel: Cancel));

        var row = await world.DeviceRowAsync("SN1");
        Assert.Equal(("stack-1", "stack-1"), (row.DisplayName, row.HostIdentifier));
    }

    [Theory, Engines]
    [Trait("Feature", "PI-07")]
    public async Task A_switchover_is_told_by_the_unit_that_took_over(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var rig = new AgentRig(world, "SN1", hostName: null);
        Assert.True((await rig.Agent.SetUnitsAsync([Unit("Active", "SN1"), Unit("Standby", "SN2")], Cancel)).IsDone);
        await Done(rig.Agent.RegisterAsync(await world.TokenAsync(), cancel: Cancel));
        await Done(rig.Agent.RequestAsync("Network Advantage", 3, Cancel));

        // The standby finds the mirrored store.
        rig.Restart();
        await Done(rig.Agent.SetUnitsAsync([Unit("Active", "SN2"), Unit("Standby", "SN1")], Cancel));

        Assert.Equal([("Active", "SN2"), ("Standby", "SN1")], HaUnits.Of(await world.DeviceRowAsync("SN1")).Select(unit => (unit.Role, unit.SerialNumber)));
        Assert.EndsWith("following Standbys: \"UDI_PID:NW-9300-48; UDI_SN:SN1; \"..", (await world.EventsAsync())[^1].Message, StringComparison.Ordinal);
        Assert.Contains("HA UDI List:\n    Active:PID:NW-9300-48,SN:SN2\n    Standby:PID:NW-9300-48,SN:SN1\n", ShowLicense.UdiPage(rig.Agent.State), StringComparison.Ordinal);
        Assert.Equal(WireCode.HaInvalid, (await rig.Agent.SetUnitsAsync([Unit("Active", "SN1"), Unit("Active", "SN2")], Cancel)).Code);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "PI-07")]
    public async Task Two_agents_share_a_license_of_an_application(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var one = new AgentRig(world, "SN1", hostName: null);
        using var two = new AgentRig(world, "SN2", hostName: null);
        foreach (var (rig, role, peer) in new[] { (one, "Active", "SN2"), (two, "Standby", "SN1") })
        {
            await Done(rig.Agent.RegisterAsync(await world.TokenAsync(), cancel: Cancel));
            await Done(rig.Agent.RequestAsync("Network Advantage", 10, Cancel));
            await Done(rig.Agent.ShareAsync("Network Advantage", new ApplicationShare("CUBE", "1", role, TestDevice.Sudi(peer)), Cancel));
        }

        Assert.Equal(10, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Contains("AppHA", ShowLicense.TechSupport(one.Agent.State, one.Agent.Now), StringComparison.Ordinal);
        Assert.Equal(WireCode.ApplicationInvalid, (await one.Agent.ShareAsync("Network Advantage", new ApplicationShare("CUBE", "1", "Active", TestDevice.Sudi("SN1")), Cancel)).Code);

        two.Restart();
        await Done(two.Agent.ShareAsync("Network Advantage", null, Cancel));
        Assert.Equal(20, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "PI-08")]
    public async Task A_detached_agent_keeps_still_and_its_authorization_and_is_back_at_the_end_date_or_before(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 5);
        using var rig = new AgentRig(world, "SN1", hostName: null);
        await Done(rig.Agent.RegisterAsync(await world.TokenAsync(), cancel: Cancel));
        await Done(rig.Agent.RequestAsync("Network Advantage", 2, Cancel));

        var until = world.Now.AddDays(120);
        await Done(rig.Agent.DetachAsync(until, Cancel));
        rig.Restart();
        rig.Advance(TimeSpan.FromDays(100));
        Assert.Equal(until, await rig.Agent.TickAsync(Cancel));
        Assert.Equal(AuthorizationStatus.Authorized, rig.Agent.AuthorizationStatus);
        Assert.Equal((DeviceMode.Detached, until.AddDays(-120)), ((await world.DeviceRowAsync("SN1")).Mode, (await world.DeviceRowAsync("SN1")).LastContactAt));
        Assert.Contains("Detached Mode Ends", ShowLicense.Status(rig.Agent.State, rig.Agent.Now), StringComparison.Ordinal);
        Assert.Equal(AgentOutcomeKind.Refused, (await rig.Agent.RenewAuthorizationAsync(Cancel)).Kind);

        // What changes is told when it is back.
        Assert.Equal(AgentOutcomeKind.Deferred, (await rig.Agent.RequestAsync("Network Advantage", 2, Cancel)).Kind);
        Assert.Equal(2, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        rig.Advance(TimeSpan.FromDays(20));
        await rig.Agent.TickAsync(Cancel);
        Assert.Equal(4, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Equal(DeviceMode.Direct, (await world.DeviceRowAsync("SN1")).Mode);

        await Done(rig.Agent.DetachAsync(world.Now.AddDays(30), Cancel));
        await Done(rig.Agent.ReattachAsync(Cancel));
        Assert.Equal(DeviceMode.Direct, (await world.DeviceRowAsync("SN1")).Mode);
        Assert.Equal((AgentOutcomeKind.Refused, WireCode.DetachRefused), await RefusedAsync(rig.Agent.DetachAsync(world.Now.AddDays(-1), Cancel)));
        Assert.Equal(RegistrationStatus.Registered, rig.Agent.State.Registration.Status);
        await world.AssertConsistentAsync();
    }

    private static HaUnit Unit(string role, string serialNumber) => new(role, TestDevice.Sudi(serialNumber));

    private static async Task Done(Task<AgentOutcome> outcome)
    {
        var came = await outcome;
        Assert.True(came.IsDone, came.Reason);
    }

    private static async Task<(AgentOutcomeKind Kind, string? Code)> RefusedAsync(Task<AgentOutcome> outcome)
    {
        var came = await outcome;
        return (came.Kind, came.Code);
    }
}
