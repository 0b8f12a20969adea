using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Store;

namespace Purser.Server.Orders.Shipments;

/// <summary>What of an order is still to be shipped, and the products that were shipped with its licenses installed and still reserve them.</summary>
public sealed class ShowShipment(Database database, CatalogCache catalogs)
{
    private static readonly Keyset<Reservation> ByDevice = Keyset.Ascending((Reservation row) => row.DeviceId);

    public sealed record Product(long DeviceId, string Device, string Account, string VirtualAccount, string RequestCode, DateTimeOffset AuthorizedAt);

    public sealed record Details(long OrderId, string Order, string CustomerName, string ShipToCountry, IReadOnlyList<ListShipments.Row> Waiting);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/api/v1/operator/orders/{order:long}/shipped").WithTags("Operator: orders");
        orders.MapGet("", async (long order, [AsParameters] PageRequest page, ShowShipment show, CancellationToken cancellation) => (await show.ProductsAsync(order, page, cancellation)).ToHttp())
            .Requires(Permission.OrderView).WithSummary("List the products of an order that were shipped with licenses installed and still reserve them").Produces<Page<Product>>();
        orders.MapGet("/{device:long}/authorization", FileAsync)
            .Requires(Permission.OrderEdit).WithSummary("The authorization code of a shipped product as the file that it installs").Produces<string>(contentType: "text/plain");
    }

    public async Task<Verdict<Details>> HandleAsync(long orderId, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        if (await db.Orders.FirstOrDefaultAsync(row => row.Id == orderId, cancellation) is not { } order)
        {
            return NotThere();
        }

        var lines = await ListShipments.Waiting(db).Where(line => line.OrderId == orderId).OrderBy(line => line.LineNumber).ToListAsync(cancellation);
        var waiting = await ListShipments.RowsAsync(db, lines, await catalogs.CurrentAsync(cancellation), cancellation);
        return new Details(order.Id, order.Number, order.CustomerName, order.ShipToCountry, waiting);
    }

    public async Task<Verdict<Page<Product>>> ProductsAsync(long orderId, PageRequest request, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        if (await ShippedAsync(db, orderId, cancellation) is not { } shipped)
        {
            return NotThere();
        }

        var page = await shipped.ToPageAsync(ByDevice, request, cancellation);
        var ids = page.Items.Select(row => row.DeviceId).ToList();
        var accounts = page.Items.Select(row => row.AccountId).ToHashSet();
        var devices = await (
            from device in db.Devices
            where accounts.Contains(device.AccountId) && ids.Contains(device.Id)
            select new
            {
                device.AccountId, device.Id, device.DisplayName, Account = db.Accounts.Where(row => row.Id == device.AccountId).Select(row => row.Domain).First(),
                Place = db.VirtualAccounts.Where(row => row.AccountId == device.AccountId && row.Id == device.VirtualAccountId).Select(row => row.Name).FirstOrDefault(),
            }).ToDictionaryAsync(row => (row.AccountId, row.Id), cancellation);
        return page.Map(row =>
        {
            var device = devices[(row.AccountId, row.DeviceId)];
            return new Product(row.DeviceId, DeviceNaming.Plain(device.DisplayName), device.Account, device.Place ?? "", row.RequestCode, row.AuthorizedAt);
        });
    }

    /// <summary>For programs and for the page.</summary>
    public static async Task<IResult> FileAsync(long order, long device, ShowShipment show, CancellationToken cancellation)
    {
        await using var db = show.Read();
        return await ShippedAsync(db, order, cancellation) is { } shipped && await shipped.FirstOrDefaultAsync(row => row.DeviceId == device, cancellation) is { } found
            ? Results.File(Encoding.UTF8.GetBytes(found.Authorization), "text/plain; charset=utf-8", ReservationView.FileNameOf(found.Kind, found.RequestCode))
            : Problems.Of(Verdict.Refused(RefusalCode.NotFound, "No product with this number was shipped with licenses of this order, or it has given them back."));
    }

    /// <summary>The reservations whose licenses the order brought to the factory; null: there is no such order.</summary>
    internal static async Task<IQueryable<Reservation>?> ShippedAsync(PurserContext db, long orderId, CancellationToken cancellation)
    {
        if (await db.Orders.Where(row => row.Id == orderId).Select(row => row.Number).FirstOrDefaultAsync(cancellation) is not { } number)
        {
            return null;
        }

        var lines = await db.OrderLines.Where(row => row.OrderId == orderId && row.FactoryReserved && row.Shipped > 0).Select(row => row.AccountId).Distinct().ToListAsync(cancellation);
        return db.Reservations.Where(row => row.Origin == ReservationOrigin.Factory && lines.Contains(row.AccountId) && db.ReservedUnits.Any(
            units => units.AccountId == row.AccountId && units.DeviceId == row.DeviceId && db.LicenseLines.Any(
                line => line.AccountId == units.AccountId && line.Id == units.LineId && line.OrderNumber == number)));
    }

    internal static Refusal NotThere() => Verdict.Refused(RefusalCode.NotFound, "There is no such order.");

    private PurserContext Read() => database.Read();
}
