using Microsoft.EntityFrameworkCore;
using Purser.Agent.Rules;
using Purser.Server.Accounts;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Pki;
using Purser.Server.Reservations;
using Purser.Server.Store;
using Purser.Tests.Devices;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Reservations;

/// <summary>The whole dialogue between the real agent and the portal, whose codes a person carries: the audit is clean after every step.</summary>
public sealed class DialogueTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    [Trait("Feature", "RS-01")]
    public async Task Request_authorize_install_raise_lower_confirm_and_return(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 10);
        using var rig = NewRig(world);
        var device = rig.Agent.Reservation;
        var asked = Assert.Single(device.Request(all: false).Value).Code;
        var made = await ReserveAsync(world, asked, ReservationKind.Specific, new ReservationWish(DeviceWorld.AdvantageTag, 4));
        Assert.True(device.Install(made.Authorization) is { IsOk: true });
        Assert.Null((await rig.Agent.RequestAsync(DeviceWorld.AdvantageTag, 4, Stop)).Code);

        // An entitlement outside the code is not authorized.
        Assert.NotNull((await rig.Agent.RequestAsync(DeviceWorld.EssentialsTag, 1, Stop)).Code);
        Assert.Equal("10 | 0 (4) | 6", await RowAsync(world));

        var raised = await UpdateAsync(world, made, 7);
        Assert.Equal("10 | 0 (7) | 3", await RowAsync(world));
        await ConfirmAsync(world, made, device.Install(raised.Authorization).Value.Code);
        Assert.Null((await rig.Agent.RequestAsync(DeviceWorld.AdvantageTag, 3, Stop)).Code);

        var lowered = await UpdateAsync(world, made, 2);
        Assert.Equal("10 | 0 (7) | 3", await RowAsync(world));
        await ConfirmAsync(world, made, device.Install(lowered.Authorization).Value.Code);
        Assert.Equal("10 | 0 (2) | 8", await RowAsync(world));
        Assert.NotNull((await rig.Agent.RequestAsync(DeviceWorld.AdvantageTag, 1, Stop)).Code);

        await ReturnAsync(world, made, Assert.Single(device.Return(all: false).Value).Code);
        Assert.Equal("10 | 0 | 10", await RowAsync(world));
        Assert.False(rig.Agent.State.IsReserved());

        // Its next request is another code, and the old authorization opens nothing any more.
        Assert.False(device.Install(lowered.Authorization).IsOk);
        Assert.NotEqual(asked, Assert.Single(device.Request(all: false).Value).Code);
    }

    [Theory, Engines]
    [Trait("Feature", "RS-06")]
    public async Task A_universal_code_covers_whatever_the_device_asks_for(Engine engine)
    {
        await using var world = await StartAsync(engine);
        using var rig = NewRig(world);
        var device = rig.Agent.Reservation;
        var made = await ReserveAsync(world, Assert.Single(device.Request(all: false).Value).Code, ReservationKind.Universal);

        // Typed from paper: blanks and line breaks where the typist put them.
        Assert.True(device.Install(made.Authorization.Replace('-', ' ')) is { IsOk: true });
        Assert.Null((await rig.Agent.RequestAsync(DeviceWorld.EssentialsTag, 900, Stop)).Code);
        await ReturnAsync(world, made, Assert.Single(device.Return(all: false).Value).Code);
    }

    [Theory, Engines]
    [Trait("Feature", "RS-08")]
    public async Task A_reserved_device_that_registers_gives_its_code_up(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 10);
        await world.AddAccountAsync(2, "Other");
        using var rig = NewRig(world);
        var made = await ReserveAsync(world, Assert.Single(rig.Agent.Reservation.Request(all: false).Value).Code, ReservationKind.Specific, new ReservationWish(DeviceWorld.AdvantageTag, 4));
        Assert.True(rig.Agent.Reservation.Install(made.Authorization) is { IsOk: true });
        await rig.Agent.RegisterAsync(await world.TokenAsync(DeviceWorld.A(2), accountId: 2), false, Stop);
        Assert.NotNull(rig.Agent.State.Registration.Identity);
        Assert.Equal("10 | 0 | 10", await RowAsync(world));
        await AssertCleanAsync(world);
    }

    private static async Task<DeviceWorld> StartAsync(Engine engine)
    {
        var world = await DeviceWorld.StartAsync(engine);
        await using var db = world.Server.Database.Open();
        await db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(row => row.SpecificReservation, true).SetProperty(row => row.UniversalReservation, true), Stop);
        return world;
    }

    /// <summary>A device in reservation mode that was delivered with the authority's root certificate.</summary>
    private static AgentRig NewRig(DeviceWorld world)
    {
        var rig = new AgentRig(world);
        rig.Agent.Configure(state => state with { Trust = Purser.Agent.DeviceSetup.Pin(world.Server.Get<AuthorityKeys>().Current.Root.Certificate) });
        Assert.True(rig.Agent.Reservation.Enable(true).IsOk);
        return rig;
    }

    private static async Task<ReservationView> ReserveAsync(DeviceWorld world, string code, ReservationKind kind, params ReservationWish[] wishes)
    {
        var input = new ReserveLicenses.Input(DeviceWorld.A(), code) { Kind = kind, Licenses = wishes, Product = DeviceWorld.SoftwareTag };
        var made = ReservationWorld.Ok(await world.Server.Get<ReserveLicenses>().HandleAsync(Command(ReserveLicenses.Name, input), input, Stop));
        await AssertCleanAsync(world);
        return made;
    }

    private static async Task<ReservationView> UpdateAsync(DeviceWorld world, ReservationView of, long quantity)
    {
        var input = new UpdateReservation.Input(of.VirtualAccountId, of.DeviceId, [new ReservationWish(DeviceWorld.AdvantageTag, quantity)]);
        var made = ReservationWorld.Ok(await world.Server.Get<UpdateReservation>().HandleAsync(Command(UpdateReservation.Name, input), input, Stop));
        await AssertCleanAsync(world);
        return made;
    }

    private static async Task ConfirmAsync(DeviceWorld world, ReservationView of, string code)
    {
        var input = new ConfirmReservation.Input(of.VirtualAccountId, of.DeviceId, code);
        ReservationWorld.Ok(await world.Server.Get<ConfirmReservation>().HandleAsync(Command(ConfirmReservation.Name, input), input, Stop));
        await AssertCleanAsync(world);
    }

    private static async Task ReturnAsync(DeviceWorld world, ReservationView of, string code)
    {
        var input = new EndReservation.ReturnInput(of.VirtualAccountId, of.DeviceId, code);
        ReservationWorld.Ok(await world.Server.Get<EndReservation>().ReturnAsync(Command(EndReservation.ReturnName, input), input, Stop));
        await AssertCleanAsync(world);
    }

    private static Command Command(string name, object input) => new(name, Actor.System, input) { Accounts = [1] };

    private static async Task<string> RowAsync(DeviceWorld world)
    {
        await using var db = world.Server.Database.Read(1);
        var pool = await db.Pools.SingleAsync(row => row.AccountId == 1 && row.VirtualAccountId == DeviceWorld.A() && row.EntitlementId == DeviceWorld.Advantage, Stop);
        return $"{pool.Purchased} | {pool.InUse}{(pool.Reserved > 0 ? $" ({pool.Reserved})" : "")} | {pool.Balance}";
    }

    private static async Task AssertCleanAsync(DeviceWorld world)
    {
        var report = await world.Server.Get<AuditBook>().HandleAsync(Stop);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }
}
