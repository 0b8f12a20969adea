using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Store;
using Purser.Server.Usage.Bills;
using Purser.Tests.Infrastructure;
using Purser.Tests.Reservations;

namespace Purser.Tests.Usage;

/// <summary>A product instance that reserves is upgraded to licensing by policy: what it reserves stays valid, and nothing counts twice.</summary>
[Trait("Feature", "SP-06")]
public sealed class UpgradedReservationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Only_what_is_beyond_the_reservation_counts_whatever_changes(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 10);
        var device = world.Device();
        var made = await world.ReserveAsync(device, "A", new ReservationWish("Advantage", 4));
        device.Install(made.Authorization);

        await world.ReportAsync(device, 1, 3);
        Assert.Equal("10 | 0 (4) | +6", await world.RowAsync());
        Assert.Equal("Reserved before the upgrade; stays valid; 3 of 4 used", (await UseAsync(world, made)).Text);
        await world.ReportAsync(device, 2, 6);
        Assert.Equal("10 | 2 (4) | +4", await world.RowAsync());
        Assert.Equal("Reserved before the upgrade; stays valid; 4 of 4 used; 2 beyond it count in use", (await UseAsync(world, made)).Text);
        var page = await WhyPageAsync(world);
        Assert.Contains("Reserved before the upgrade to licensing by policy", page, StringComparison.Ordinal);
        Assert.Contains("Reserved before the upgrade; stays valid; 4 of 4 used; 2 beyond it count in use.", page, StringComparison.Ordinal);
        await using var db = world.Installation.Database.Read();
        Assert.Single(await db.Events.Where(row => row.Kind == "Product Instance Upgraded").ToListAsync(Stop));

        // The reservation grows: what it covers from then on counts in use no more, before any further report.
        var higher = await world.UpdateAsync(made, new ReservationWish("Advantage", 5));
        Assert.Equal("10 | 1 (5) | +4", await world.RowAsync());
        ReservationWorld.Ok(await world.ConfirmAsync(higher, device.Install(higher.Authorization)));

        // It shrinks: what is in transition still covers, until the device confirms.
        var lower = await world.UpdateAsync(made, new ReservationWish("Advantage", 2));
        Assert.Equal("10 | 1 (5) ⚠ | +4", await world.RowAsync());
        ReservationWorld.Ok(await world.ConfirmAsync(lower, device.Install(lower.Authorization)));
        Assert.Equal("10 | 4 (2) | +4", await world.RowAsync());
        await world.AssertCleanAsync();

        // The way out is open: by return code it goes with its reservation, and what it reports then is all in use.
        ReservationWorld.Ok(await world.ReturnAsync(lower, device.Return()));
        Assert.Equal("10 | 0 | +10", await world.RowAsync());
        await world.ReportAsync(device, 3, 6);
        Assert.Equal("10 | 6 | +4", await world.RowAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "LI-17")]
    public async Task What_is_beyond_a_reservation_is_billed_by_usage_where_a_subscription_lies_and_what_it_covers_is_not(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 10);
        await world.Stock.SubscribeAsync("A", "Sub1");
        var device = world.Device();
        var made = await world.ReserveAsync(device, "A", new ReservationWish("Advantage", 4));
        device.Install(made.Authorization);

        await world.ReportAsync(device, 1, 6);

        Assert.Equal("10 | 0 (4) | +6", await world.RowAsync());
        Assert.Equal(2, (await world.Stock.PoolAsync("A", billing: Billing.Usage)).InUse);
        var month = world.Installation.Clock.Now.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        var bill = await world.Installation.Get<ShowBill>().HandleAsync(Actor.System, world.Stock.Account.Id, await world.Stock.PlaceAsync("A"), month, Stop);
        Assert.Equal([(Billing.Prepaid, 4L, 1), (Billing.Usage, 2L, 1)], bill.Value.Licenses.Select(line => (line.Billing, line.Peak, line.ProductInstances)));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task What_any_unit_of_a_set_reserves_covers_the_use_of_the_set_also_after_a_switchover(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 10);
        var (one, two) = (world.Device(), world.Device());
        var first = await world.ReserveAsync(one, "A", new ReservationWish("Advantage", 2));
        one.Install(first.Authorization);
        var second = await world.ReserveAsync(two, "A", new ReservationWish("Advantage", 1));
        two.Install(second.Authorization);

        await world.ReportAsync(one, 1, 3, two);
        Assert.Equal("10 | 0 (3) | +7", await world.RowAsync());
        await world.ReportAsync(two, 2, 4, one);
        Assert.Equal("10 | 1 (3) | +6", await world.RowAsync());
        await using (var db = world.Installation.Database.Read())
        {
            // One of them speaks for the set, whoever is active.
            Assert.Equal(first.DeviceId, Assert.Single(await db.ReportingDevices.ToListAsync(Stop)).DeviceId);
        }

        // The other one gives its reservation back: what it covered is in use now.
        ReservationWorld.Ok(await world.ReturnAsync(second, two.Return()));
        Assert.Equal("10 | 2 (2) | +6", await world.RowAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_reservation_that_is_given_back_or_lowered_changes_no_bill_and_no_history_of_before(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 10);
        var device = world.Device();
        var made = await world.ReserveAsync(device, "A", new ReservationWish("Advantage", 4));
        device.Install(made.Authorization);
        await world.ReportAsync(device, 1, 4);
        var month = world.Installation.Clock.Now.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        world.Installation.Advance(TimeSpan.FromDays(40));
        var before = (await BillAsync()).Licenses[0].UnitDays;
        var lower = await world.UpdateAsync(made, new ReservationWish("Advantage", 0));
        ReservationWorld.Ok(await world.ConfirmAsync(lower, device.Install(lower.Authorization)));

        await world.ReportAsync(device, 2, 2);

        await using (var db = world.Installation.Database.Read())
        {
            Assert.All(await db.PoolHistory.ToListAsync(Stop), row => Assert.True(row.InUse >= 0 && row.PeakInUse >= row.InUse, $"{row.Hour}: {row.InUse}, peak {row.PeakInUse}"));
        }

        ReservationWorld.Ok(await world.ReturnAsync(lower, device.Return()));
        await world.ReportAsync(device, 3, 2);

        Assert.Equal(before, (await BillAsync()).Licenses[0].UnitDays);
        await world.AssertCleanAsync();

        async Task<UsageBill> BillAsync() =>
            (await world.Installation.Get<ShowBill>().HandleAsync(Actor.System, world.Stock.Account.Id, await world.Stock.PlaceAsync("A"), month, Stop)).Value;
    }

    [Theory, Engines]
    public async Task A_universal_reservation_covers_whatever_is_reported(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine, isUniversal: true);
        await world.Stock.DepositAsync("A", 2);
        var device = world.Device();
        var made = ReservationWorld.Ok(await world.TryReserveAsync(new ReserveLicenses.Input(await world.Stock.PlaceAsync("A"), device.Ask()) { Kind = ReservationKind.Universal }));

        await world.ReportAsync(device, 1, 7);

        Assert.Equal("2 | 0 | +2", await world.RowAsync());
        Assert.Equal((7, 0), ((await UseAsync(world, made)).Used, (await UseAsync(world, made)).Beyond));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "SP-08")]
    public async Task What_is_licensed_by_policy_takes_no_new_reservation(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 10);
        var device = world.Device();
        var (failed, spare) = (await world.ReserveAsync(world.Device(), "A", new ReservationWish("Advantage", 1)), device);
        await world.ReportAsync(device, 1, 3);

        var offer = await world.Installation.Get<OfferReservation>().HandleAsync(Actor.System, world.AccountId, await world.Stock.PlaceAsync("A"), new OfferReservation.Query(device.Ask()), Stop);
        var made = await world.TryReserveAsync(device, "A", new ReservationWish("Advantage", 4));
        var copied = await world.RehostAsync(failed, spare);

        Assert.All([offer.Refusal, made.Refusal, copied.Refusal], refusal =>
        {
            Assert.Equal((RefusalCode.Conflict, "requestCode"), (refusal?.Code, refusal?.Field));
            Assert.Contains("is licensed by policy: it reports what it uses and takes no new reservation", refusal?.Detail, StringComparison.Ordinal);
        });
        Assert.Equal("10 | 3 (1) | +6", await world.RowAsync());
        await world.AssertCleanAsync();
    }

    private static async Task<ReservationView.Use> UseAsync(ReservationWorld world, ReservationView of) =>
        Assert.Single(ReservationWorld.Ok(await world.Installation.Get<ShowReservation>().HandleAsync(Actor.System, world.AccountId, of.VirtualAccountId, of.DeviceId, Stop)).Uses);

    private static async Task<string> WhyPageAsync(ReservationWorld world)
    {
        var license = (await world.Installation.Get<CatalogCache>().CurrentAsync(Stop)).Entitlements.First(one => one.Name == "Advantage");
        var browser = await FormBrowser.SignedInAsync(world.Installation, await world.Installation.People.PersonAsync(world.Stock.Account, Role.SmartAccountAdministrator));
        var answer = await browser.GetAsync($"/accounts/{world.Stock.Account.Domain}/inventory/{await world.Stock.PlaceAsync("A")}/licenses/{license.Id}/why");
        return await answer.Content.ReadAsStringAsync(Stop);
    }
}
