using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Orders.Shipments;

/// <summary>Order lines that were booked for installation in the factory and of which products are still to be shipped (RS-07; domain rules 8.10), oldest first.</summary>
public sealed class ListShipments(Database database, CatalogCache catalogs)
{
    private static readonly Keyset<OrderLine> OldestFirst = Keyset.Ascending((OrderLine line) => line.OrderId).Then(line => line.LineNumber);

    /// <param name="ToShip">Units that are still to be shipped.</param>
    public sealed record Row(
        long OrderId, string Order, int Line, string Sku, string Description, long Quantity, long Shipped, long ToShip, string? Account, string? AccountName, string? VirtualAccount,
        string CustomerName, string ShipToCountry, DateTimeOffset BookedAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/operator/shipments", async (string? q, [AsParameters] PageRequest page, ListShipments list, CancellationToken cancellation) =>
            TypedResults.Json(await list.HandleAsync(q, page, cancellation), WritePath.Json))
        .Requires(Permission.OrderView)
        .WithSummary("List order lines whose products are to be shipped with their licenses installed, oldest first")
        .WithTags("Operator: orders")
        .Produces<Page<Row>>();

    public async Task<Page<Row>> HandleAsync(string? search, PageRequest request, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var orders = db.Orders.WhereContains(order => order.Number + " " + order.PurchaseOrder + " " + order.CustomerName, search);
        var page = await Waiting(db).Where(line => orders.Any(order => order.Id == line.OrderId)).ToPageAsync(OldestFirst, request, cancellation);
        var rows = (await RowsAsync(db, page.Items, await catalogs.CurrentAsync(cancellation), cancellation)).ToDictionary(row => (row.OrderId, row.Line));
        return page.Map(line => rows[(line.OrderId, line.LineNumber)]);
    }

    internal static IQueryable<OrderLine> Waiting(PurserContext db) => db.OrderLines.Where(line => line.FactoryReserved && line.Shipped < line.Quantity);

    internal static async Task<IReadOnlyList<Row>> RowsAsync(PurserContext db, IReadOnlyCollection<OrderLine> lines, CatalogSnapshot catalog, CancellationToken cancellation)
    {
        var (orderIds, accountIds, placeIds) = (lines.Select(line => line.OrderId).ToHashSet(), lines.Select(line => line.AccountId).ToHashSet(), lines.Select(line => line.VirtualAccountId).ToHashSet());
        var orders = await db.Orders.Where(order => orderIds.Contains(order.Id)).ToDictionaryAsync(order => order.Id, cancellation);
        var accounts = await db.Accounts.Where(account => accountIds.Contains(account.Id)).ToDictionaryAsync(account => account.Id, cancellation);
        var places = await db.VirtualAccounts.Where(place => accountIds.Contains(place.AccountId) && placeIds.Contains(place.Id))
            .ToDictionaryAsync(place => (place.AccountId, place.Id), place => place.Name, cancellation);
        return [.. lines.Select(line =>
        {
            var (order, sku, account) = (orders[line.OrderId], catalog.FindSku(line.SkuId), accounts.GetValueOrDefault(line.AccountId ?? 0));
            return new Row(
                order.Id, order.Number, line.LineNumber, sku?.Code ?? "", sku?.Description ?? "", line.Quantity, line.Shipped, line.Quantity - line.Shipped,
                account?.Domain, account?.Name, places.GetValueOrDefault((line.AccountId ?? 0, line.VirtualAccountId ?? 0)), order.CustomerName, order.ShipToCountry, order.BookedAt);
        })];
    }
}
