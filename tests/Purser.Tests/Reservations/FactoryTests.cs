using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Orders;
using Purser.Server.Orders.Shipments;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Reservations;

/// <summary>Licenses that are reserved when a product is shipped (domain rules 8.10).</summary>
[Trait("Feature", "RS-07")]
public sealed class FactoryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Shipped_products_have_their_licenses_from_the_orders_own_lines(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        await world.Installation.Get<ApplyCatalog>().HandleAsync(
            Actor.System, new CatalogDraft { Skus = [new SkuDraft("ADV-F", Lines: [new SkuLineDraft("Advantage", 2)])] }, cancellation: Stop);
        await world.Stock.UseAsync("A", 5);
        var input = new BookOrder.Input("O-1", [new OrderLineInput("ADV-F", 3, world.Stock.Account.Domain, "A", FactoryReserved: true)]);
        var booked = await world.Installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, input), input, Stop);
        Assert.True(booked.IsOk, booked.Refusal?.Detail);
        Assert.Equal("0 | 5 | -5", await world.RowAsync());

        // A shortage that is there already cannot take them.
        var (one, two) = (world.Device(), world.Device());
        var answer = await ShipAsync(world, booked.Value.Id, new ConfirmShipment.Shipped(1, one.Ask()), new ConfirmShipment.Shipped(1, two.Ask(), 2));
        Assert.True(answer.IsOk, answer.Refusal?.Detail);
        Assert.Equal("6 | 5 (6) | -5", await world.RowAsync());
        one.Install(answer.Value.Reservations[0].Authorization);
        two.Install(answer.Value.Reservations[1].Authorization);
        Assert.Equal([("Advantage", 4, null)], two.Grants);
        Assert.All(answer.Value.Reservations, made => Assert.Equal(ReservationOrigin.Factory, made.Origin));
        await world.AssertCleanAsync();

        var third = await ShipAsync(world, booked.Value.Id, new ConfirmShipment.Shipped(1, world.Device().Ask()));
        Assert.Contains("0 of 3 are still to be shipped", third.Refusal?.Detail, StringComparison.Ordinal);
        ReservationWorld.Ok(await world.ReturnAsync(answer.Value.Reservations[0], one.Return()));
        Assert.Equal("6 | 5 (4) | -3", await world.RowAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task All_of_a_shipment_or_none(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        await world.Installation.Get<ApplyCatalog>().HandleAsync(
            Actor.System, new CatalogDraft { Skus = [new SkuDraft("ADV-F", Lines: [new SkuLineDraft("Advantage")])] }, cancellation: Stop);
        var input = new BookOrder.Input("O-1", [new OrderLineInput("ADV-F", 5, world.Stock.Account.Domain, FactoryReserved: true), new OrderLineInput("ADV-F", 5, world.Stock.Account.Domain)]);
        var booked = await world.Installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, input), input, Stop);
        var device = world.Device();
        var broken = await ShipAsync(world, booked.Value.Id, new ConfirmShipment.Shipped(1, device.Ask()), new ConfirmShipment.Shipped(1, device.Asked[..^1]));
        Assert.StartsWith("Product 2:", broken.Refusal?.Detail, StringComparison.Ordinal);
        Assert.Equal("devices[1]", broken.Refusal?.Field);
        Assert.Contains("no line 2 that was booked", (await ShipAsync(world, booked.Value.Id, new ConfirmShipment.Shipped(2, device.Asked))).Refusal?.Detail, StringComparison.Ordinal);
        Assert.True((await ShipAsync(world, booked.Value.Id, new ConfirmShipment.Shipped(1, device.Asked))).IsOk);
        Assert.Equal(RefusalCode.CodeUsed, (await ShipAsync(world, booked.Value.Id, new ConfirmShipment.Shipped(1, device.Asked))).Refusal?.Code);
        var withoutAccount = new BookOrder.Input("O-2", [new OrderLineInput("ADV-F", 5, FactoryReserved: true)]);
        Assert.Equal(RefusalCode.SmartAccountRequired, (await world.Installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, withoutAccount), withoutAccount, Stop)).Refusal?.Code);
        await world.AssertCleanAsync();
    }

    // Domain rules 13.2: "a device's first report comes from the factory. Such devices take no new reservation."
    [Theory, Engines]
    [Trait("Feature", "SP-08")]
    public async Task A_product_that_is_licensed_by_policy_is_reported_first_from_the_factory(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        await world.Installation.Get<ApplyCatalog>().HandleAsync(
            Actor.System, new CatalogDraft { Skus = [new SkuDraft("ADV-F", Lines: [new SkuLineDraft("Advantage", 2)])] }, cancellation: Stop);
        await world.Stock.PlaceAsync("A");
        var input = new BookOrder.Input("O-1", [new OrderLineInput("ADV-F", 4, world.Stock.Account.Domain, "A", FactoryReserved: true)]);
        var booked = await world.Installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, input), input, Stop);
        var (classic, modern) = (world.Device(), world.Device());
        var udi = $"PID:{ReservationWorld.Pid},SN:{modern.SerialNumber}";

        Assert.Contains("is no unique device identifier", (await ShipAsync(world, booked.Value.Id, new ConfirmShipment.Shipped(1, Udi: "C9300"))).Refusal?.Detail, StringComparison.Ordinal);
        Assert.Contains("and not both", (await ShipAsync(world, booked.Value.Id, new ConfirmShipment.Shipped(1, classic.Ask(), Udi: udi))).Refusal?.Detail, StringComparison.Ordinal);
        var answer = await ShipAsync(world, booked.Value.Id, new ConfirmShipment.Shipped(1, classic.Ask()), new ConfirmShipment.Shipped(1, Quantity: 2, Udi: udi));

        Assert.True(answer.IsOk, answer.Refusal?.Detail);
        Assert.Equal((1, 1), (answer.Value.Reservations.Count, answer.Value.Reported.Count));
        Assert.Equal("6 | 4 (2) | 0", await world.RowAsync());
        await using var db = world.Installation.Database.Read();
        var report = await db.ReceivedReports.SingleAsync(Stop);
        Assert.Equal((answer.Value.Reported[0].DeviceId, ReportSource.Factory, 4L), (report.DeviceId, report.Source, report.Quantity));
        Assert.Equal("Product 1: PID:C9300-24UX,SN:FCW00002 was shipped already: its first report came from the factory. Check the identifier.", (await ShipAsync(world, booked.Value.Id, new ConfirmShipment.Shipped(1, Udi: udi))).Refusal?.Detail);
        Assert.Contains("takes no new reservation", (await world.TryReserveAsync(modern, "A", new ReservationWish("Advantage", 1))).Refusal?.Detail, StringComparison.Ordinal);
        Assert.Contains("takes no new reservation", (await ShipAsync(world, booked.Value.Id, new ConfirmShipment.Shipped(1, modern.Ask()))).Refusal?.Detail, StringComparison.Ordinal);
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "SP-08")]
    public async Task What_reported_before_it_was_shipped_gets_its_licenses_and_goes_on_telling_by_itself(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        await world.Installation.Get<ApplyCatalog>().HandleAsync(
            Actor.System, new CatalogDraft { Skus = [new SkuDraft("ADV-F", Lines: [new SkuLineDraft("Advantage", 2)])] }, cancellation: Stop);
        await world.Stock.PlaceAsync("A");
        var input = new BookOrder.Input("O-1", [new OrderLineInput("ADV-F", 1, world.Stock.Account.Domain, "A", FactoryReserved: true)]);
        var booked = await world.Installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, input), input, Stop);
        var device = world.Device();
        await world.ReportAsync(device, 1, 3);
        Assert.Equal("0 | 3 | -3", await world.RowAsync());

        var answer = await ShipAsync(world, booked.Value.Id, new ConfirmShipment.Shipped(1, Udi: $"PID:{ReservationWorld.Pid},SN:{device.SerialNumber}"));

        Assert.True(answer.IsOk, answer.Refusal?.Detail);
        Assert.Equal("2 | 3 | -1", await world.RowAsync());
        await using var db = world.Installation.Database.Read();
        Assert.Equal(ReportSource.Api, (await db.ReceivedReports.SingleAsync(Stop)).Source);
        await world.AssertCleanAsync();
    }

    [Theory]
    [InlineData("PA-ZC9300-24UX:FCW2134L0RN-7uQ2XkPm4-86, 2", "PA-ZC9300-24UX:FCW2134L0RN-7uQ2XkPm4-86", null, 2)]
    [InlineData("PID:C9300-24UX,SN:FCW2134L0RN", null, "PID:C9300-24UX,SN:FCW2134L0RN", 1)]
    [InlineData("pid:C9300-24UX, sn:FCW2134L0RN, 3", null, "pid:C9300-24UX, sn:FCW2134L0RN", 3)]
    [InlineData("PID:C9300-24UX,SN:FCW2134L0RN, three", null, "PID:C9300-24UX,SN:FCW2134L0RN", 0)]
    public void A_row_holds_a_request_code_or_a_unique_device_identifier(string row, string? code, string? udi, long quantity) =>
        Assert.Equal(new ConfirmShipment.Shipped(1, code, quantity, null, udi), Assert.Single(ShipmentText.Read(1, row, "")).Shipped);

    private static Task<Verdict<ConfirmShipment.Answer>> ShipAsync(ReservationWorld world, long order, params ConfirmShipment.Shipped[] devices)
    {
        var input = new ConfirmShipment.Input(order, devices);
        return world.Installation.Get<ConfirmShipment>().HandleAsync(new Command(ConfirmShipment.Name, Actor.System, input), input, Stop);
    }
}
