using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Orders;
using Purser.Server.Reservations;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using Purser.Tests.Reservations;

namespace Purser.Tests.Orders;

/// <summary>Days as they are entered in an order, through to the pool, the alerts and the device, where days are those of another zone (domain rules 2.3).</summary>
[Trait("Feature", "LI-10")]
public sealed class OrderDayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_term_ends_with_its_last_day_in_the_zone_in_the_pool_the_texts_and_on_the_device(Engine engine)
    {
        await using var world = await StartAsync(engine, "America/New_York");
        await BookAsync(world, new("NW-1Y", 5, "acme.example", "A", EndsOn: new DateOnly(2026, 12, 31)));
        var device = world.Device();
        device.Install((await world.ReserveAsync(device, "A", new ReservationWish("Advantage", 3))).Authorization);
        var granted = Assert.Single(device.Installed!.Authorization.Licenses);
        Assert.Equal((new DateOnly(2026, 1, 10), new DateOnly(2026, 12, 31)), (granted.StartsOn, granted.EndsOn));
        Assert.Equal((Instant("2026-01-10T05:00:00Z"), Instant("2027-01-01T05:00:00Z")), (granted.Begin(), granted.End()));

        await AtAsync(world, "2026-12-31T12:00:00Z");
        Assert.Contains("set to expire in 1 day on 31 Dec 2026.", await AlertAsync(world, AlertKind.LicensesExpiring), StringComparison.Ordinal);
        await AtAsync(world, "2027-01-01T04:59:59Z");
        Assert.Equal("5 | 0 (3) | +2", await world.RowAsync());
        await AtAsync(world, "2027-01-01T05:00:00Z");
        Assert.Equal("0 | 0 (3) | -3", await world.RowAsync());
        Assert.Contains("expired on 31 Dec 2026.", await AlertAsync(world, AlertKind.LicensesExpired), StringComparison.Ordinal);
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_later_first_day_begins_with_its_midnight_in_the_zone(Engine engine)
    {
        await using var world = await StartAsync(engine, "Asia/Tokyo");
        await BookAsync(world, new("NW-1Y", 5, "acme.example", "A", StartsOn: new DateOnly(2026, 2, 1)));
        await AtAsync(world, "2026-01-31T14:59:59Z");
        Assert.Equal("0 | 0 | 0", await world.RowAsync());
        await AtAsync(world, "2026-01-31T15:00:00Z");
        Assert.Equal("5 | 0 | +5", await world.RowAsync());

        // The device is told the instant: by its own clock, which runs by UTC, it is still the day before.
        var device = world.Device();
        device.Install((await world.ReserveAsync(device, "A", new ReservationWish("Advantage", 5))).Authorization);
        Assert.True(Assert.Single(device.Installed!.Authorization.Licenses).IsInForce(world.Installation.Clock.Now));
        await using var db = world.Installation.Database.Read(world.AccountId);
        var line = await db.LicenseLines.SingleAsync(Cancellation);
        Assert.Equal((new DateOnly(2027, 1, 31), Instant("2027-01-31T15:00:00Z")), (line.EndsOn, line.EndsAt));
    }

    [Theory]
    [InlineData("America/New_York", "2026-01-09", null)] // 22:00 of the 9th there
    [InlineData("UTC", "2026-01-09", "the term has ended already")]
    [InlineData("America/New_York", "2026-01-08", "the term has ended already")]
    public async Task Whether_a_day_is_over_is_judged_in_the_zone(string zone, string endsOn, string? refusal)
    {
        await using var world = await StartAsync(Engine.Sqlite, zone);
        await AtAsync(world, "2026-01-10T03:00:00Z");
        var order = Order(new("NW-1Y", 5, "acme.example", "A", new DateOnly(2026, 1, 1), DateOnly.Parse(endsOn, CultureInfo.InvariantCulture)));
        var verdict = await world.Installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, order), order, Cancellation);
        Assert.Equal(refusal is null, verdict.IsOk);
        Assert.Contains(refusal ?? "", verdict.Refusal?.Detail ?? "", StringComparison.Ordinal);
    }

    private static async Task<ReservationWorld> StartAsync(Engine engine, string zone)
    {
        var world = await ReservationWorld.StartAsync(engine, settings: chosen => chosen with { Licenses = new LicenseSettings { DayZone = zone } });
        var draft = new CatalogDraft { Skus = [new SkuDraft("NW-1Y", Lines: [new("Advantage", LicenseType: LicenseType.Term, TermMonths: 12)])] };
        Assert.True((await world.Installation.Get<ApplyCatalog>().HandleAsync(Actor.System, draft, cancellation: Cancellation)).IsOk);
        await world.Stock.PlaceAsync("A");
        return world;
    }

    private static BookOrder.Input Order(OrderLineInput line) => new("SO-1", [line]);

    private static async Task BookAsync(ReservationWorld world, OrderLineInput line)
    {
        var verdict = await world.Installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, Order(line)), Order(line), Cancellation);
        Assert.True(verdict.IsOk, verdict.Refusal?.Detail);
    }

    private static async Task AtAsync(ReservationWorld world, string instant)
    {
        world.Installation.Clock.HoldAt(Instant(instant));
        await world.Installation.Get<ExpireLicenses>().HandleAsync(Cancellation);
    }

    private static async Task<string> AlertAsync(ReservationWorld world, AlertKind kind)
    {
        await using var db = world.Installation.Database.Read(world.AccountId);
        return await db.Alerts.Where(alert => alert.Kind == kind && alert.State == AlertState.Open).Select(alert => alert.Message).SingleAsync(Cancellation);
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
