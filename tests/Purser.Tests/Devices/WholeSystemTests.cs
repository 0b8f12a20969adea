using Purser.Agent;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Tokens;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

/// <summary>The real agent against the real server, in one process, on one clock that is held.</summary>
public sealed class WholeSystemTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, Engines]
    [Trait("Feature", "PI-02")]
    [Trait("Feature", "LI-05")]
    public async Task A_device_goes_out_of_compliance_and_a_transfer_brings_it_back(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 2, DeviceWorld.A());
        await world.DepositAsync(DeviceWorld.Advantage, 10, DeviceWorld.B());
        using var rig = new AgentRig(world);

        await Done(rig.Agent.RegisterAsync(await world.TokenAsync(), cancel: Cancel));
        Assert.Equal(RegistrationStatus.Registered, rig.Agent.State.Registration.Status);

        await Done(rig.Agent.RequestAsync("Network Advantage", 5, Cancel));
        Assert.Equal(AuthorizationStatus.OutOfCompliance, rig.Agent.AuthorizationStatus);
        Assert.Equal(world.Now.AddHours(12), rig.Agent.State.Authorization.NextAt);
        Assert.Contains("3 licenses are required", Assert.Single(await world.OpenAlertsAsync()), StringComparison.Ordinal);

        var transfer = new TransferLicenses.Input(DeviceWorld.B(), DeviceWorld.A(), [new TransferLicenses.Row("Network Advantage", 3)]);
        var verdict = await world.Server.Get<TransferLicenses>().HandleAsync(new Command(TransferLicenses.Name, Actor.System, transfer) { Accounts = [1] }, transfer, Cancel);
        Assert.True(verdict.IsOk, verdict.Refusal?.ToString());
        Assert.Empty(await world.OpenAlertsAsync());

        // The device hears of it at its next contact, twelve hours later (domain rules 1.6).
        rig.Advance(TimeSpan.FromHours(12));
        await rig.Agent.TickAsync(Cancel);
        Assert.Equal(AuthorizationStatus.Authorized, rig.Agent.AuthorizationStatus);
        Assert.Equal(world.Now.AddDays(30), rig.Agent.State.Authorization.NextAt);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "PI-01")]
    public async Task A_year_of_quiet_life_renews_identity_and_authorizations_by_itself(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 2);
        using var rig = new AgentRig(world);
        await Done(rig.Agent.RegisterAsync(await world.TokenAsync(), cancel: Cancel));
        await Done(rig.Agent.RequestAsync(DeviceWorld.AdvantageTag, 2, Cancel));
        var first = (await world.DeviceRowAsync(AgentRig.SerialNumber)).CertificateSerial;

        for (var day = 0; day < 400; day += 5)
        {
            rig.Advance(TimeSpan.FromDays(5));
            await rig.Agent.TickAsync(Cancel);
        }

        var row = await world.DeviceRowAsync(AgentRig.SerialNumber);
        Assert.NotEqual(first, row.CertificateSerial);
        Assert.True(row.CertificateEndsAt > world.Now);
        Assert.True(row.LastContactAt > world.Now.AddDays(-31));
        Assert.Equal(AuthorizationStatus.Authorized, rig.Agent.AuthorizationStatus);
        Assert.Single(await world.EventsAsync(), one => one.Kind == "Product Instance Requested License");
        Assert.Empty(await world.OpenAlertsAsync());
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "PI-01")]
    public async Task A_device_with_a_wrong_clock_corrects_itself(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var rig = new AgentRig(world);
        rig.DeviceClock.Advance(TimeSpan.FromDays(-3000));

        await Done(rig.Agent.RegisterAsync(await world.TokenAsync(), cancel: Cancel));

        Assert.Equal(RegistrationStatus.Registered, rig.Agent.State.Registration.Status);
    }

    [Theory, Engines]
    [Trait("Feature", "PI-01")]
    public async Task A_device_learns_that_it_was_registered_elsewhere(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        var token = await world.TokenAsync();
        using var rig = new AgentRig(world);
        await Done(rig.Agent.RegisterAsync(token, cancel: Cancel));
        using var twin = new AgentRig(world);

        Assert.False((await twin.Agent.RegisterAsync(token, cancel: Cancel)).IsDone);
        await Done(twin.Agent.RegisterAsync(token, force: true, Cancel));
        await rig.Agent.RenewAuthorizationAsync(Cancel);

        Assert.NotEqual(RegistrationStatus.Registered, rig.Agent.State.Registration.Status);
        await Done(twin.Agent.DeregisterAsync(Cancel));
        Assert.Equal(2, (await world.EventsAsync()).Count(one => one.Kind is "New Product Instance" or "Product Instance Removed"));
    }

    [Theory, Engines]
    [Trait("Feature", "SA-15")]
    public async Task A_device_works_on_while_its_account_is_merged_and_the_merger_undone(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine, settings => settings with { Mergers = new MergerSettings { UndoDays = 365 } });
        await world.AddAccountAsync(2, "Globex");
        await world.DepositAsync(DeviceWorld.Advantage, 5);
        var place = new CreateTokens.Input([DeviceWorld.A()]) { ExpiresInDays = 365, TermsAccepted = true };
        var token = (await world.Server.Get<CreateTokens>().HandleAsync(new Command(CreateTokens.Name, Actor.System, place) { Accounts = [1] }, place, Cancel)).Value.Tokens[0].Token!;
        using var rig = new AgentRig(world);
        await Done(rig.Agent.RegisterAsync(token, cancel: Cancel));
        await Done(rig.Agent.RequestAsync("Network Advantage", 2, Cancel));

        var merge = new MergeAccounts.Input(MergerKind.Merge, "acme.example") { Into = "globex.example" };
        var merged = (await world.Server.Get<MergeAccounts>().HandleAsync(new Command(MergeAccounts.Merge, Actor.System, merge), merge, Cancel)).Value;
        Assert.Equal(1, merged.Content.Devices);
        await Done(rig.Agent.RequestAsync("Network Advantage", 3, Cancel));
        Assert.Equal(2 + 3, (await world.PoolAsync(DeviceWorld.Advantage, DeviceWorld.A(), accountId: 2))!.InUse);
        Assert.Equal(AuthorizationStatus.Authorized, rig.Agent.AuthorizationStatus);

        // Certificates are renewed there, and the token that went along registers there.
        rig.Advance(TimeSpan.FromDays(181));
        await rig.Agent.TickAsync(Cancel);
        Assert.Equal(world.Now, (await world.DeviceRowAsync(AgentRig.SerialNumber, 2)).LastContactAt);
        await Done(rig.Agent.RegisterAsync(token, force: true, Cancel));
        Assert.Equal(DeviceWorld.A(), (await world.RegisteredRowAsync(AgentRig.SerialNumber, 2)).VirtualAccountId);

        var undo = new UndoMerger.Input(merged.Id);
        var undone = await world.Server.Get<UndoMerger>().HandleAsync(new Command(UndoMerger.Name, Actor.System, undo), undo, Cancel);
        Assert.True(undone.IsOk, undone.Refusal?.Detail);
        await Done(rig.Agent.RequestAsync("Network Advantage", 4, Cancel));
        Assert.Equal(world.Now, (await world.DeviceRowAsync(AgentRig.SerialNumber)).LastContactAt);
        Assert.True((await world.PoolAsync(DeviceWorld.Advantage, DeviceWorld.A()))!.InUse >= 4);
        await world.AssertConsistentAsync();
    }

    private static async Task Done(Task<AgentOutcome> outcome)
    {
        var came = await outcome;
        Assert.True(came.IsDone, came.Reason);
    }
}
