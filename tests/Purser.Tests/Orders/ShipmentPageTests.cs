using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Orders;
using Purser.Server.Orders.Shipments;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using Purser.Tests.Reservations;

namespace Purser.Tests.Orders;

/// <summary>Products leave the factory with their licenses installed, as the operator's pages and programs see it (domain rules 8.10).</summary>
[Trait("Feature", "RS-07")]
public sealed class ShipmentPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task An_operator_books_ships_in_parts_and_downloads_the_files(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var browser = await FormBrowser.SignedInAsync(world.Installation, await world.Installation.People.OperatorAsync());
        await BookAsync(browser, "SO-F", world.Stock.Account.Domain);
        var (one, two) = (world.Device(), world.Device());
        using var api = await world.Installation.People.OperatorApiAsync();
        var waiting = Assert.Single((await api.GetFromJsonAsync<Listing<Waiting>>("/api/v1/operator/shipments?q=so-f", Stop))!.Items);
        Assert.Equal((1, "ADV-F", 5L, 0L, 5L, "A"), (waiting.Line, waiting.Sku, waiting.Quantity, waiting.Shipped, waiting.ToShip, waiting.VirtualAccount));
        Assert.Contains("5 of 5", await TextAsync(browser, ShipmentLinks.All), StringComparison.Ordinal);

        // A row at fault is named, and nothing of the shipment is done.
        var address = ShipmentLinks.Of(waiting.OrderId);
        async Task<string> ShipAsync(string codes) => WebUtility.HtmlDecode(await (await browser.PostAsync(
            address, address, new() { ["lines[0].codes"] = codes })).Content.ReadAsStringAsync(Stop));
        Assert.Contains("Enter the request code of at least one product", await ShipAsync(" \r\n"), StringComparison.Ordinal);
        var broken = await ShipAsync($"{one.Ask()}\r\n\r\n{two.Ask()[..^1]}");
        Assert.Contains("Row 3: ", broken, StringComparison.Ordinal);
        Assert.Contains(one.Asked, broken, StringComparison.Ordinal);
        Assert.Contains("5 of 5 are still to be shipped, not 0", await ShipAsync($"{one.Asked}, many"), StringComparison.Ordinal);
        Assert.Contains("5 of 5 are still to be shipped, not 6", await ShipAsync($"{one.Asked}, 6"), StringComparison.Ordinal);
        Assert.Contains("5 of 5", await TextAsync(browser, ShipmentLinks.All), StringComparison.Ordinal);

        await ShipAsync($"{one.Asked}, 3\r\n{two.Asked}\r\n");
        Assert.Equal("4 | 0 (4) | 0", await world.RowAsync());
        var page = await TextAsync(browser, address);
        Assert.Contains("1 of 5 to be shipped", page, StringComparison.Ordinal);
        Assert.Contains(one.SerialNumber, page, StringComparison.Ordinal);
        Assert.Contains("already", await ShipAsync(two.Asked), StringComparison.Ordinal);

        // What the pages and the programs give is what the products install.
        var shipped = (await api.GetFromJsonAsync<Listing<Shipped>>($"/api/v1/operator/orders/{waiting.OrderId}/shipped", Stop))!.Items;
        Assert.Equal([one.Asked, two.Asked], shipped.Select(product => product.RequestCode).Order(StringComparer.Ordinal));
        one.Install(await TextAsync(browser, ShipmentLinks.File(waiting.OrderId, shipped.Single(product => product.RequestCode == one.Asked).DeviceId), decoded: false));
        Assert.Equal([("Advantage", 3, null)], one.Grants);
        await using var archive = await ZipArchive.CreateAsync(
            await (await browser.GetAsync(ShipmentLinks.Archive(waiting.OrderId))).Content.ReadAsStreamAsync(Stop), ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, Stop);
        Assert.Equal(2, archive.Entries.Count);
        using var reader = new StreamReader(await archive.Entries.Single(entry => entry.Name.Contains(two.SerialNumber, StringComparison.Ordinal)).OpenAsync(Stop));
        two.Install(await reader.ReadToEndAsync(Stop));
        await using var db = world.Installation.Database.Read(world.AccountId);
        Assert.Equal(2, await db.Events.CountAsync(row => row.AccountId == world.AccountId && row.Kind == ReservationEvents.ReservedKind, Stop));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_virtual_account_that_was_deleted_meanwhile_is_replaced_by_the_default(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var input = new BookOrder.Input("SO-G", [new OrderLineInput("ADV-F", 1, world.Stock.Account.Domain, "B", FactoryReserved: true)]);
        var order = (await world.Installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, input), input, Stop)).Value.Id;
        var delete = new DeleteVirtualAccount.Input(await world.Stock.PlaceAsync("B"));
        Assert.True((await world.Installation.Get<DeleteVirtualAccount>().HandleAsync(world.Command(DeleteVirtualAccount.Name, delete), delete, Stop)).IsOk);
        var ship = new ConfirmShipment.Input(order, [new ConfirmShipment.Shipped(1, world.Device().Ask())]);
        var made = await world.Installation.Get<ConfirmShipment>().HandleAsync(new Command(ConfirmShipment.Name, Actor.System, ship), ship, Stop);
        Assert.True(made.IsOk, made.Refusal?.Detail);
        Assert.Equal(world.Stock.Account.DefaultVirtualAccountId, made.Value.Reservations[0].VirtualAccountId);
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Only_operators_who_edit_orders_ship_and_see_codes(Engine engine)
    {
        await using var world = await StartAsync(engine);
        using var customer = await world.Installation.People.ApiAsync(world.Stock.Account);
        Assert.Equal(HttpStatusCode.Forbidden, (await customer.GetAsync("/api/v1/operator/shipments", Stop)).StatusCode);
        using var reader = await world.Installation.People.OperatorApiAsync(OperatorRole.Support);
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("/api/v1/operator/shipments", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync("/api/v1/operator/orders/1/shipped/archive", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync("/api/v1/operator/orders/1/shipped/1/authorization", Stop)).StatusCode);
        using var editor = await world.Installation.People.OperatorApiAsync();
        foreach (var address in new[] { "shipped", "shipped/archive", "shipped/1/authorization" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await editor.GetAsync($"/api/v1/operator/orders/99/{address}", Stop)).StatusCode);
        }
    }

    private static async Task<ReservationWorld> StartAsync(Engine engine)
    {
        var world = await ReservationWorld.StartAsync(engine);
        await world.Installation.Get<ApplyCatalog>().HandleAsync(
            Actor.System, new CatalogDraft { Skus = [new SkuDraft("ADV-F", Lines: [new SkuLineDraft("Advantage")])] }, cancellation: Stop);
        await world.Stock.PlaceAsync("A");
        await world.Stock.PlaceAsync("B");
        return world;
    }

    private static async Task BookAsync(FormBrowser browser, string number, string account)
    {
        var answer = await browser.PostAsync("/operator/orders/new", "/operator/orders/new", new()
        {
            ["number"] = number, ["lines[0].sku"] = "ADV-F", ["lines[0].quantity"] = "5", ["lines[0].account"] = account, ["lines[0].virtualAccount"] = "A", ["lines[0].factoryReserved"] = "true",
        });
        Assert.NotEqual(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    private static async Task<string> TextAsync(FormBrowser browser, string address, bool decoded = true)
    {
        var text = await (await browser.GetAsync(address)).Content.ReadAsStringAsync(Stop);
        return decoded ? WebUtility.HtmlDecode(text) : text;
    }

    private sealed record Listing<T>(IReadOnlyList<T> Items);

    private sealed record Waiting(long OrderId, int Line, string Sku, long Quantity, long Shipped, long ToShip, string VirtualAccount);

    private sealed record Shipped(long DeviceId, string RequestCode);
}
