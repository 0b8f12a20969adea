using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Reservations;
using Purser.Server.Store;
using Purser.Tests.Devices;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Reservations;

/// <summary>A reserved device that registers online gives its reservation up (help ch. 6; domain rules 8.9).</summary>
[Trait("Feature", "RS-08")]
public sealed class OnlineTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Its_units_are_free_where_the_reservation_lies_and_it_uses_those_of_the_token(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var device = new ReservingDevice(TestDevice.Pid, "SN-R1");
        var made = await ReserveAsync(world, device);
        device.Install(made.Authorization);
        using var online = new TestDevice(world, "SN-R1");
        var reply = await online.RegisterAsync(await world.TokenAsync(DeviceWorld.B()));
        Assert.Equal(ReplyStatus.Ok, reply.Reply.Status);
        await online.AuthorizeAsync((DeviceWorld.AdvantageTag, 4));
        Assert.Equal("4 | 0 | 4", await RowAsync(world, DeviceWorld.A()));
        Assert.Equal("0 | 4 | -4", await RowAsync(world, DeviceWorld.B()));
        await using var db = world.Server.Database.Read(1);
        var row = await db.Devices.SingleAsync(one => one.Id == made.DeviceId, Stop);
        Assert.Equal((DeviceMode.Direct, DeviceWorld.B(), DeviceState.Registered), (row.Mode, row.VirtualAccountId, row.State));
        Assert.Empty(await db.Reservations.ToListAsync(Stop));
        Assert.Empty(await db.Alerts.Where(alert => alert.Kind == AlertKind.ReservedLicensesReturned).ToListAsync(Stop));
        await AssertCleanAsync(world);
    }

    [Theory, Engines]
    public async Task In_another_account_it_proves_that_it_had_the_reservation(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.AddAccountAsync(2, "Other");
        var device = new ReservingDevice(TestDevice.Pid, "SN-R1");
        var made = await ReserveAsync(world, device);
        device.Install(made.Authorization);
        await using (var change = world.Server.Database.Open())
        {
            await change.Reservations.ExecuteUpdateAsync(set => set.SetProperty(one => one.Origin, ReservationOrigin.Factory), Stop);
        }

        // A serial number and a token of one's own are not enough, and neither is force.
        using var online = new TestDevice(world, "SN-R1");
        var token = await world.TokenAsync(DeviceWorld.A(2), accountId: 2);
        var refused = await online.RegisterAsync(token, force: true);
        Assert.NotEqual(ReplyStatus.Ok, refused.Reply.Status);
        Assert.Equal("4 | 0 (4) | 0", await RowAsync(world, DeviceWorld.A()));
        online.ReturnCode = device.Return();
        Assert.Equal(ReplyStatus.Ok, (await online.RegisterAsync(token)).Reply.Status);
        Assert.Equal("4 | 0 | 4", await RowAsync(world, DeviceWorld.A()));
        await using var db = world.Server.Database.Read();
        var alert = await db.Alerts.SingleAsync(one => one.Kind == AlertKind.ReservedLicensesReturned, Stop);
        Assert.Equal((1, DeviceWorld.A()), (alert.AccountId, alert.VirtualAccountId));
        Assert.Contains("will be returned to the original virtual account \"A\"", alert.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await db.Devices.SingleAsync(one => one.UdiSerialNumber == "SN-R1" && one.State == DeviceState.Registered, Stop)).AccountId);
        await AssertCleanAsync(world);
    }

    private static async Task<DeviceWorld> StartAsync(Engine engine)
    {
        var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 4);
        await using var db = world.Server.Database.Open();
        await db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(row => row.SpecificReservation, true), Stop);
        return world;
    }

    [Theory, Engines]
    [Trait("Feature", "RS-01")]
    public async Task The_registration_of_a_device_that_reserves_ends_and_what_it_used_is_reserved(Engine engine)
    {
        await using var world = await StartAsync(engine);
        using var rig = new AgentRig(world);
        Assert.True((await rig.Agent.RegisterAsync(await world.TokenAsync(), cancel: Stop)).IsDone);
        Assert.True((await rig.Agent.RequestAsync(DeviceWorld.AdvantageTag, 4, Stop)).IsDone);
        Assert.Equal("4 | 4 | 0", await RowAsync(world, DeviceWorld.A()));
        Assert.True(rig.Agent.Reservation.Enable(true).IsOk);
        var code = Assert.Single(rig.Agent.Reservation.Request(all: false).Value).Code;

        // Elsewhere it is refused; here its own use is offered to it.
        Assert.Equal(RefusalCode.AlreadyExists, (await TryReserveAsync(world, code, DeviceWorld.B())).Refusal?.Code);
        var offer = await world.Server.Get<OfferReservation>().HandleAsync(Actor.System, 1, DeviceWorld.A(), new(code, DeviceWorld.SoftwareTag), Stop);
        Assert.Equal((true, 4L), (offer.Value.EndsRegistration, Assert.Single(offer.Value.Licenses).Available));
        var made = ReservationWorld.Ok(await TryReserveAsync(world, code, DeviceWorld.A()));
        Assert.Equal("4 | 0 (4) | 0", await RowAsync(world, DeviceWorld.A()));
        await AssertCleanAsync(world);

        // It hears at its next contact that it is registered no more; its request is still open.
        await rig.Agent.RenewAuthorizationAsync(Stop);
        Assert.Null(rig.Agent.State.Registration.Identity);
        var installed = rig.Agent.Reservation.Install(made.Authorization);
        Assert.True(installed.IsOk, installed.Detail);
        Assert.Equal("4 | 0 (4) | 0", await RowAsync(world, DeviceWorld.A()));
        await using var db = world.Server.Database.Read(1);
        Assert.Equal([DeviceState.Removed, DeviceState.Registered], await db.Devices.OrderBy(row => row.Id).Select(row => row.State).ToListAsync(Stop));
        Assert.Equal(made.DeviceId, (await db.DeviceDirectory.SingleAsync(Stop)).DeviceId);
    }

    [Theory, Engines]
    [Trait("Feature", "EX-02")]
    public async Task A_device_that_holds_restricted_licenses_is_deregistered_first(Engine engine)
    {
        await using var world = await StartAsync(engine);
        using var rig = new AgentRig(world);
        Assert.True((await rig.Agent.RegisterAsync(await world.TokenAsync(), cancel: Stop)).IsDone);
        await rig.Agent.RequestAsync(DeviceWorld.AdvantageTag, 1, Stop);
        await using (var db = world.Server.Database.Open())
        {
            await db.LicenseUses.ExecuteUpdateAsync(set => set.SetProperty(use => use.IsLocked, true), Stop);
        }

        Assert.True(rig.Agent.Reservation.Enable(true).IsOk);
        var refused = await TryReserveAsync(world, Assert.Single(rig.Agent.Reservation.Request(all: false).Value).Code, DeviceWorld.A());
        Assert.Contains("restricted licenses", refused.Refusal?.Detail, StringComparison.Ordinal);
        Assert.Equal(DeviceState.Registered, (await world.DeviceRowAsync(AgentRig.SerialNumber)).State);
    }

    private static Task<Verdict<ReservationView>> TryReserveAsync(DeviceWorld world, string code, long place)
    {
        var input = new ReserveLicenses.Input(place, code) { Licenses = [new ReservationWish(DeviceWorld.AdvantageTag, 4)], Product = DeviceWorld.SoftwareTag };
        return world.Server.Get<ReserveLicenses>().HandleAsync(new Command(ReserveLicenses.Name, Actor.System, input) { Accounts = [1] }, input, Stop);
    }

    private static async Task<ReservationView> ReserveAsync(DeviceWorld world, ReservingDevice device) =>
        ReservationWorld.Ok(await TryReserveAsync(world, device.Ask(), DeviceWorld.A()));

    private static async Task<string> RowAsync(DeviceWorld world, long place)
    {
        await using var db = world.Server.Database.Read(1);
        var pool = await db.Pools.SingleAsync(row => row.AccountId == 1 && row.VirtualAccountId == place && row.EntitlementId == DeviceWorld.Advantage, Stop);
        return $"{pool.Purchased} | {pool.InUse}{(pool.Reserved > 0 ? $" ({pool.Reserved})" : "")} | {pool.Balance}";
    }

    private static async Task AssertCleanAsync(DeviceWorld world)
    {
        var report = await world.Server.Get<AuditBook>().HandleAsync(Stop);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }
}
