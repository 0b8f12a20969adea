using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Reservations;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Reservations.Rules;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Usage;

namespace Purser.Server.Orders.Shipments;

/// <summary>
/// Products of an order leave the factory with their authorization codes installed: their licenses are deposited and reserved in one transaction, from the
/// order's own lines, so nobody can use them up in between (RS-07; domain rules 8.10). For products that are licensed by policy the factory reports first
/// instead (SP-08). All or none.
/// </summary>
public sealed class ConfirmShipment(WritePath writePath, Database database, CatalogCache catalogs, AuthorizationMint mint, PurserSettings settings)
{
    public const string Name = "orders.ship";

    private const int MostAtOnce = 500;

    /// <param name="Line">The order line's number.</param>
    /// <param name="RequestCode">Of the product, made in the factory; null: it is licensed by policy.</param>
    /// <param name="Quantity">Units of the line that this product takes.</param>
    /// <param name="Product">Only where the product ids of the catalog do not say it.</param>
    /// <param name="Udi">Of a product that is licensed by policy, as "PID:…,SN:…", instead of the request code.</param>
    public sealed record Shipped(int Line, string? RequestCode = null, long Quantity = 1, string? Product = null, string? Udi = null);

    public sealed record Input(long OrderId, IReadOnlyList<Shipped> Devices);

    public sealed record Body(IReadOnlyList<Shipped>? Devices);

    /// <param name="Reported">Products that are licensed by policy: they reserve nothing, the factory's report is their first.</param>
    public sealed record Answer(string Order, IReadOnlyList<ReservationView> Reservations, IReadOnlyList<ReportedProduct> Reported);

    public sealed record ReportedProduct(long DeviceId, string Device, string Account, string VirtualAccount);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/orders/{order:long}/ship", async (long order, Body body, ConfirmShipment ship, HttpContext context) =>
        {
            var input = new Input(order, body.Devices ?? []);
            return (await ship.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.OrderEdit)
        .WithSummary("Confirm that products of an order were shipped: their licenses are deposited and reserved on them")
        .WithDescription("For lines that were booked with factoryReserved. The answer holds the authorization codes that the factory installs. A product that is named by its udi instead of a request code is licensed by policy: nothing is reserved for it, and its licenses are reported as in use.")
        .WithTags("Operator: orders")
        .Produces<Answer>();

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (input.Devices.Count is 0 or > MostAtOnce)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"Name 1 to {MostAtOnce} products.", "devices");
        }

        List<OrderLine> lines;
        await using (var db = database.Read())
        {
            lines = await db.OrderLines.Where(row => row.OrderId == input.OrderId && row.FactoryReserved).ToListAsync(cancellation);
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        var locked = command with { Accounts = [AccountHead.Installation, .. lines.Select(row => row.AccountId!.Value).Distinct().Order()], Ids = 64 + (16 * input.Devices.Count) };
        return await writePath.RunAsync<Answer>(locked, scope => ShipAsync(scope, catalog, input, cancellation), cancellation);
    }

    private async Task<Verdict<Answer>> ShipAsync(WriteScope scope, CatalogSnapshot catalog, Input input, CancellationToken cancellation)
    {
        if (await scope.Db.Orders.FindAsync([input.OrderId], cancellation) is not { } order)
        {
            return Verdict.Refused(RefusalCode.NotFound, "There is no such order.");
        }

        var (made, reported) = (new List<ReservationView>(), new List<ReportedProduct>());
        foreach (var (index, shipped) in input.Devices.Index())
        {
            if (await ShipAsync(scope, catalog, order, shipped, $"devices[{index}]", made, reported, cancellation) is { } refusal)
            {
                return refusal with
                {
                    Detail = $"Product {index + 1}: {refusal.Detail}", Items = [new RefusedItem(index + 1, shipped.RequestCode ?? shipped.Udi ?? "", refusal.Code, refusal.Detail)],
                };
            }
        }

        return new Answer(order.Number, made, reported);
    }

    private async Task<Refusal?> ShipAsync(
        WriteScope scope, CatalogSnapshot catalog, Order order, Shipped shipped, string field, List<ReservationView> made, List<ReportedProduct> reported, CancellationToken cancellation)
    {
        var line = await scope.Db.OrderLines.FirstOrDefaultAsync(row => row.OrderId == order.Id && row.LineNumber == shipped.Line, cancellation);
        if (line is not { FactoryReserved: true, AccountId: not null })
        {
            return Verdict.Refused(RefusalCode.NotFound, $"order {order.Number} has no line {shipped.Line} that was booked for installation in the factory.", field);
        }

        if (shipped.Quantity < 1 || shipped.Quantity > line.Quantity - line.Shipped)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"of line {shipped.Line} {line.Quantity - line.Shipped} of {line.Quantity} are still to be shipped, not {shipped.Quantity}.", field);
        }

        if (shipped.Udi is not null)
        {
            var one = await ReportAsync(scope, catalog, order, line, shipped, cancellation);
            reported.AddRange(one.IsOk ? [one.Value] : []);
            return one.Refusal is { } problem ? problem with { Field = field } : null;
        }

        var reserved = await ReserveAsync(scope, catalog, order, line, shipped, field, cancellation);
        made.AddRange(reserved.IsOk ? [reserved.Value] : []);
        return reserved.Refusal;
    }

    private async Task<Verdict<ReportedProduct>> ReportAsync(WriteScope scope, CatalogSnapshot catalog, Order order, OrderLine line, Shipped shipped, CancellationToken cancellation)
    {
        if (shipped.RequestCode is not null)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "give its request code, or its udi where it is licensed by policy, and not both.");
        }

        if (Udi.Read(shipped.Udi!) is not { } udi)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"\"{shipped.Udi}\" is no unique device identifier; it looks like PID:C9300-24UX,SN:FCW2134L0RN.");
        }

        if ((string.IsNullOrWhiteSpace(shipped.Product) ? catalog.FindProductOfPid(udi.Pid) : catalog.FindProduct(shipped.Product.Trim())) is not { } product)
        {
            return Verdict.Refused(RefusalCode.UnknownProduct, $"the catalog does not say which product has the product id {udi.Pid}. Choose the product, or add the product id to it.");
        }

        var (accountId, place) = (line.AccountId!.Value, await PlaceAsync(scope, line.AccountId.Value, line, cancellation));
        var deposited = await DepositAsync(scope, catalog, order, line, shipped, place, cancellation);
        var sold = deposited.GroupBy(one => one.License).ToDictionary(same => same.Key, same => same.Sum(one => one.Line.Quantity));
        var device = await new FactoryReports(scope, catalog, settings.Policy, accountId).ReportAsync(udi, product, place, order.Number, sold);
        if (!device.IsOk)
        {
            return device.Refusal!;
        }

        await scope.Db.SaveChangesAsync(cancellation);
        return new ReportedProduct(
            device.Value.Id, DeviceNaming.Plain(device.Value.DisplayName), (await scope.Db.Accounts.FirstAsync(row => row.Id == accountId, cancellation)).Domain,
            await LedgerNames.VirtualAccountAsync(scope, accountId, place));
    }

    private async Task<Verdict<ReservationView>> ReserveAsync(WriteScope scope, CatalogSnapshot catalog, Order order, OrderLine line, Shipped shipped, string field, CancellationToken cancellation)
    {
        var accountId = line.AccountId!.Value;
        var request = ReservationRequestRules.Read(catalog, shipped.RequestCode ?? "", shipped.Product);
        var problem = request.Refusal ?? ReservationRequestRules.Judge(await scope.Db.Accounts.FirstAsync(row => row.Id == accountId, cancellation), ReservationKind.Specific);
        if (problem is not null)
        {
            return problem with { Field = field };
        }

        var work = new ReservationWork(scope, catalog, mint, accountId);
        var place = await PlaceAsync(scope, accountId, line, cancellation);
        var begun = await work.BeginAsync(request.Value.Code, request.Value.Product, place, ReservationKind.Specific, ReservationOrigin.Factory, field);
        return begun.IsOk ? await ReserveAsync(scope, work, catalog, order, line, shipped, begun.Value, cancellation) : begun.Refusal!;
    }

    /// <summary>The virtual account of the order; if that was deleted since, the account's default, as for an order that names none.</summary>
    private static async Task<long> PlaceAsync(WriteScope scope, long accountId, OrderLine line, CancellationToken cancellation)
    {
        if (!await scope.Db.VirtualAccounts.AnyAsync(row => row.AccountId == accountId && row.Id == line.VirtualAccountId, cancellation))
        {
            line.VirtualAccountId = (await VirtualAccounts.FindAsync(scope.Db, accountId, named: null))!.Id;
        }

        return line.VirtualAccountId!.Value;
    }

    private static async Task<Verdict<ReservationView>> ReserveAsync(
        WriteScope scope, ReservationWork work, CatalogSnapshot catalog, Order order, OrderLine line, Shipped shipped, (Reservation Reservation, Device Device) made, CancellationToken cancellation)
    {
        var deposited = await DepositAsync(scope, catalog, order, line, shipped, made.Reservation.VirtualAccountId, cancellation);
        foreach (var (license, own) in deposited)
        {
            await work.Book.ReserveAsync(made.Reservation, license, new ReservationPlan(new Dictionary<long, long> { [own.Id] = own.Quantity }, new Dictionary<long, long>(), 0, 0));
        }

        await work.MintAsync(made.Reservation, made.Device);
        work.Tell(made.Device, ReservationEvents.Reserved(made.Device.DisplayName, await work.PlaceAsync(made.Reservation), await work.PartsAsync(await work.Book.UnitsAsync(made.Device.Id))));
        await scope.Db.SaveChangesAsync(cancellation);
        return await ReservationView.OfAsync(scope.Db, catalog, made.Reservation, made.Device.DisplayName, cancellation);
    }

    /// <summary>The licenses of what is shipped come into the inventory.</summary>
    private static async Task<IReadOnlyList<(Entitlement License, LicenseLine Line)>> DepositAsync(
        WriteScope scope, CatalogSnapshot catalog, Order order, OrderLine line, Shipped shipped, long place, CancellationToken cancellation)
    {
        var sku = catalog.FindSku(line.SkuId)!;
        var wanted = new OrderLineInput(sku.Code, shipped.Quantity, EndsOn: line.EndsOn, SubscriptionId: line.SubscriptionId);
        var transaction = scope.NextId(IdKind.Transaction);
        var deposited = new List<(Entitlement License, LicenseLine Line)>();
        foreach (var license in catalog.LinesOf(sku.Id))
        {
            var draft = BookOrder.DraftOf(order, line, wanted, sku, license, catalog, scope) with { IsUpgradePending = false };
            deposited.Add((catalog.FindEntitlement(license.EntitlementId)!, await scope.Ledger(line.AccountId!.Value).DepositAsync(draft, place, transaction)));
        }

        line.Shipped += shipped.Quantity;
        line.TransactionId ??= transaction;
        await scope.Db.SaveChangesAsync(cancellation);
        return deposited;
    }
}
