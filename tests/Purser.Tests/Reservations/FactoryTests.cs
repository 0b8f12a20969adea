using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Orders;
using Purser.Server.Orders.Shipments;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Store;
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

    private static Task<Verdict<ConfirmShipment.Answer>> ShipAsync(ReservationWorld world, long order, params ConfirmShipment.Shipped[] devices)
    {
        var input = new ConfirmShipment.Input(order, devices);
        return world.Installation.Get<ConfirmShipment>().HandleAsync(new Command(ConfirmShipment.Name, Actor.System, input), input, Stop);
    }
}
