using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Orders;

/// <summary>The operator's list of orders, newest first, searched by number, purchase order or customer.</summary>
public sealed class ListOrders(Database database, CatalogCache catalogs)
{
    private static readonly Keyset<Order> NewestFirst = Keyset.Descending((Order order) => order.BookedAt).ThenDescending(order => order.Id);

    private static readonly IReadOnlyList<CsvColumn<(Details Order, LineView Line)>> Columns =
    [
        new("Order", row => row.Order.Number), new("Purchase order", row => row.Order.PurchaseOrder), new("Web order id", row => row.Order.WebOrderId),
        new("Customer", row => row.Order.CustomerName), new("Ship to", row => row.Order.ShipToCountry), new("Booked", row => row.Order.BookedAt),
        new("Booked by", row => row.Order.BookedBy), new("Line", row => row.Line.Line), new("SKU", row => row.Line.Sku), new("Description", row => row.Line.Description),
        new("Quantity", row => row.Line.Quantity), new("Smart Account", row => row.Line.Account), new("Virtual account", row => row.Line.VirtualAccount),
        new("Starts", row => row.Line.StartsOn), new("Ends", row => row.Line.EndsOn),
        new("Factory reserved", row => row.Line.FactoryReserved), new("Shipped", row => row.Line.FactoryReserved ? row.Line.Shipped : null),
    ];

    public sealed record Row(long Id, string Number, string WebOrderId, string PurchaseOrder, string CustomerName, string ShipToCountry, DateTimeOffset BookedAt, string BookedBy, int Lines);

    public sealed record Details(
        long Id, string Number, string WebOrderId, string PurchaseOrder, string CustomerName, string ShipToCountry, DateTimeOffset BookedAt, string BookedBy,
        IReadOnlyList<LineView> Lines);

    /// <param name="FactoryReserved">Its licenses come with the shipment, reserved on the products.</param>
    /// <param name="Shipped">Units of a factory-reserved line whose shipment was confirmed.</param>
    public sealed record LineView(
        int Line, string Sku, string Description, long Quantity, string? Account, string? AccountName, long? VirtualAccountId, string? VirtualAccount,
        DateOnly? StartsOn, DateOnly? EndsOn, string SubscriptionId, long? TransactionId, bool FactoryReserved, long Shipped);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/api/v1/operator/orders").WithTags("Operator: orders");
        orders.MapGet("", async (string? q, [AsParameters] PageRequest page, HttpContext context, ListOrders list, CancellationToken cancellation) =>
            Csv.IsWanted(context) ? File(q, list) : TypedResults.Json(await list.HandleAsync(q, page, cancellation), WritePath.Json)).Requires(Permission.OrderView)
            .WithSummary("List orders, newest first").Produces<Page<Row>>();
        orders.MapGet("/{number}", async (string number, ListOrders list, CancellationToken cancellation) =>
            await list.FindAsync(number, cancellation) is { } order
                ? TypedResults.Json(order, WritePath.Json)
                : Problems.Of(Verdict.Refused(RefusalCode.NotFound, $"There is no order '{number}'."))).Requires(Permission.OrderView)
            .WithSummary("Show an order with its lines").Produces<Details>();
        routes.MapGet("/operator/orders/orders.csv", File).Requires(Permission.OrderView);
    }

    private static IResult File(string? q, ListOrders list) => new CsvResult<(Details, LineView)>("orders.csv", Columns, list.AllAsync(q));

    public async Task<Page<Row>> HandleAsync(string? search, PageRequest request, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var page = await Found(db, search).ToPageAsync(NewestFirst, request, cancellation);
        var ids = page.Items.Select(order => order.Id).ToList();
        var lines = await db.OrderLines.Where(line => ids.Contains(line.OrderId)).GroupBy(line => line.OrderId)
            .Select(order => new { order.Key, Count = order.Count() }).ToDictionaryAsync(order => order.Key, order => order.Count, cancellation);
        return page.Map(order => new Row(
            order.Id, order.Number, order.WebOrderId, order.PurchaseOrder, order.CustomerName, order.ShipToCountry, order.BookedAt, order.BookedBy,
            lines.GetValueOrDefault(order.Id)));
    }

    public async Task<Details?> FindAsync(string number, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        if (await db.Orders.FirstOrDefaultAsync(order => order.Number == number, cancellation) is not { } found)
        {
            return null;
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        return await DetailsAsync(db, found, catalog, cancellation);
    }

    /// <summary>All lines of all orders, for export.</summary>
    public async IAsyncEnumerable<(Details Order, LineView Line)> AllAsync(string? search)
    {
        var catalog = await catalogs.CurrentAsync();
        await using var db = database.Read();
        await using var inner = database.Read();
        await foreach (var order in NewestFirst.Sort(Found(db, search)).AsAsyncEnumerable())
        {
            var details = await DetailsAsync(inner, order, catalog, CancellationToken.None);
            foreach (var line in details.Lines)
            {
                yield return (details, line);
            }
        }
    }

    private static IQueryable<Order> Found(PurserContext db, string? search) =>
        db.Orders.WhereContains(order => order.Number + " " + order.PurchaseOrder + " " + order.CustomerName, search);

    private static async Task<Details> DetailsAsync(PurserContext db, Order found, CatalogSnapshot catalog, CancellationToken cancellation)
    {
        var lines = await (
            from line in db.OrderLines
            where line.OrderId == found.Id
            orderby line.LineNumber
            select new
            {
                Line = line,
                Account = db.Accounts.FirstOrDefault(account => account.Id == line.AccountId),
                VirtualAccount = db.VirtualAccounts.Where(row => row.AccountId == line.AccountId && row.Id == line.VirtualAccountId).Select(row => row.Name).FirstOrDefault(),
            }).ToListAsync(cancellation);
        return new Details(
            found.Id, found.Number, found.WebOrderId, found.PurchaseOrder, found.CustomerName, found.ShipToCountry, found.BookedAt, found.BookedBy,
            lines.Select(row =>
            {
                var sku = catalog.FindSku(row.Line.SkuId);
                return new LineView(
                    row.Line.LineNumber, sku?.Code ?? "", sku?.Description ?? "", row.Line.Quantity, row.Account?.Domain, row.Account?.Name,
                    row.Line.VirtualAccountId, row.VirtualAccount, row.Line.StartsOn, row.Line.EndsOn, row.Line.SubscriptionId, row.Line.TransactionId,
                    row.Line.FactoryReserved, row.Line.Shipped);
            }).ToList());
    }
}
