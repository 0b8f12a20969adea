using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Orders;

/// <param name="Account">Domain identifier or number; none for a SKU that can do without.</param>
/// <param name="VirtualAccount">Name or number; none means the account's default.</param>
/// <param name="FactoryReserved">The licenses come with the shipment, reserved on the products that are shipped (domain rules 8.10).</param>
public sealed record OrderLineInput(
    string Sku,
    long Quantity,
    string? Account = null,
    string? VirtualAccount = null,
    DateOnly? StartsOn = null,
    DateOnly? EndsOn = null,
    string SubscriptionId = "",
    bool FactoryReserved = false);

/// <summary>
/// Books an order and deposits its licenses at once, each line into its virtual account or the account's default (OR-01). All lines or none;
/// several accounts are one transaction over all their heads. An order number is booked once: repeating the same order gets the same answer.
/// </summary>
public sealed class BookOrder(WritePath writePath, CatalogCache catalogs, AccountLookup accounts)
{
    public const string Name = "orders.book";

    public sealed record Input(string Number, IReadOnlyList<OrderLineInput> Lines)
    {
        public string WebOrderId { get; init; } = "";
        public string PurchaseOrder { get; init; } = "";
        public string CustomerName { get; init; } = "";
        public string ShipToCountry { get; init; } = "";
    }

    /// <param name="IsNew">False for an order that had been booked before.</param>
    public sealed record Answer(long Id, string Number, bool IsNew, IReadOnlyList<BookedLine> Lines);

    public sealed record BookedLine(int Line, string Sku, long Quantity, string? Account, long? VirtualAccountId, long? TransactionId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/orders", async (Input input, BookOrder book, HttpContext context) =>
        {
            var verdict = await book.HandleAsync(context.Command(Name, input), input, context.RequestAborted);
            return verdict.ToHttp(verdict is { IsOk: true, Value.IsNew: true } ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        })
        .Requires(Permission.OrderEdit)
            .WithSummary("Book an order and deposit its licenses")
        .WithTags("Operator: orders");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (OrderRules.OfOrder(input) is { } wrong)
        {
            return wrong;
        }

        var catalog = await CatalogOfAsync(input, cancellation);
        var known = new Dictionary<string, AccountRef>(StringComparer.OrdinalIgnoreCase);
        foreach (var (line, number) in Numbered(input).Where(numbered => !string.IsNullOrEmpty(numbered.Line.Account)))
        {
            if (await accounts.FindAsync(line.Account!, cancellation) is not { } account)
            {
                return Verdict.Refused(RefusalCode.NotFound, $"Line {number}: there is no Smart Account '{line.Account}'.", OrderRules.Field(number, "account"));
            }

            if (account.Status != AccountStatus.Active)
            {
                return Verdict.Refused(RefusalCode.AccountInactive, $"Line {number}: the Smart Account '{account.Domain}' is not active.", OrderRules.Field(number, "account"));
            }

            known[line.Account!] = account;
        }

        // The installation's head as well: it keeps two bookings of one number apart.
        var locked = command with
        {
            Accounts = [AccountHead.Installation, .. known.Values.Select(account => account.Id).Distinct()],
            Ids = 64 + (4 * input.Lines.Sum(line => catalog.FindSku(line.Sku) is { } sku ? catalog.LinesOf(sku.Id).Count() : 0)),
        };
        return await writePath.RunAsync<Answer>(locked, scope => BookAsync(scope, input, catalog, known), cancellation);
    }

    private static async Task<Verdict<Answer>> BookAsync(
        WriteScope scope, Input input, CatalogSnapshot catalog, Dictionary<string, AccountRef> known)
    {
        if (await scope.Db.Orders.FirstOrDefaultAsync(order => order.Number == input.Number) is { } earlier)
        {
            return await RepeatAsync(scope, earlier, input, catalog, known);
        }

        var order = new Order
        {
            Id = scope.NextId(IdKind.Order),
            Number = input.Number,
            WebOrderId = input.WebOrderId,
            PurchaseOrder = input.PurchaseOrder,
            CustomerName = input.CustomerName,
            ShipToCountry = input.ShipToCountry,
            BookedAt = scope.Now,
            BookedBy = scope.Actor.Name,
        };
        scope.Db.Orders.Add(order);
        var booked = new List<BookedLine>();
        foreach (var (line, number) in Numbered(input))
        {
            var sku = catalog.FindSku(line.Sku);
            var licenses = sku is null ? [] : catalog.LinesOf(sku.Id).ToList();
            if (OrderRules.OfLine(line, number, sku, licenses, scope.Now, scope.DayZone) is { } refusal)
            {
                return refusal;
            }

            var account = string.IsNullOrEmpty(line.Account) ? null : known[line.Account];
            var virtualAccount = account is null ? null : await VirtualAccounts.FindAsync(scope.Db, account.Id, line.VirtualAccount);
            if (account is not null && virtualAccount is null)
            {
                return Verdict.Refused(
                    RefusalCode.NotFound, $"Line {number}: '{account.Domain}' has no virtual account '{line.VirtualAccount}'.", OrderRules.Field(number, "virtualAccount"));
            }

            var row = RowOf(scope, order, number, line, sku!, virtualAccount);
            scope.Db.OrderLines.Add(row);
            if (virtualAccount is not null && !line.FactoryReserved)
            {
                foreach (var license in licenses)
                {
                    var draft = DraftOf(order, row, line, sku!, license, catalog, scope);
                    if (license.Billing == Billing.Usage)
                    {
                        await new UsageBook(scope, virtualAccount.AccountId).AddAsync(draft, virtualAccount.Id);
                    }
                    else
                    {
                        await scope.Ledger(virtualAccount.AccountId).DepositAsync(draft, virtualAccount.Id, row.TransactionId!.Value);
                    }
                }
            }

            booked.Add(new BookedLine(number, sku!.Code, line.Quantity, account?.Domain, virtualAccount?.Id, row.TransactionId));
        }

        return new Answer(order.Id, order.Number, IsNew: true, booked);
    }

    private static OrderLine RowOf(WriteScope scope, Order order, int number, OrderLineInput line, Sku sku, VirtualAccount? virtualAccount) => new()
    {
        OrderId = order.Id,
        LineNumber = number,
        SkuId = sku.Id,
        Quantity = line.Quantity,
        AccountId = virtualAccount?.AccountId,
        VirtualAccountId = virtualAccount?.Id,
        StartsOn = line.StartsOn,
        EndsOn = line.EndsOn,
        SubscriptionId = line.SubscriptionId,
        FactoryReserved = line.FactoryReserved,
        TransactionId = virtualAccount is null || line.FactoryReserved ? null : scope.NextId(IdKind.Transaction),
    };

    internal static LineDraft DraftOf(Order order, OrderLine row, OrderLineInput line, Sku sku, SkuEntitlement license, CatalogSnapshot catalog, WriteScope scope) =>
        new(license.EntitlementId, license.Quantity * line.Quantity, OrderRules.TermsOf(license, line, scope.Now, scope.DayZone), LineSource.Order)
        {
            OrderNumber = order.Number,
            OrderLine = row.LineNumber.ToString(System.Globalization.CultureInfo.InvariantCulture),
            WebOrderId = order.WebOrderId,
            PurchaseOrder = order.PurchaseOrder,
            Sku = sku.Code,
            ProductFamily = sku.ProductFamily,
            CustomerName = order.CustomerName,
            ShipToCountry = order.ShipToCountry,
            SubscriptionId = row.SubscriptionId,
            IsUpgradePending = catalog.UpgradesOf(sku.Id).Any(way => way.EntitlementId == license.EntitlementId),
        };

    private static async Task<Verdict<Answer>> RepeatAsync(
        WriteScope scope, Order order, Input input, CatalogSnapshot catalog, Dictionary<string, AccountRef> known)
    {
        var rows = await scope.Db.OrderLines.Where(line => line.OrderId == order.Id).OrderBy(line => line.LineNumber).ToListAsync();
        var isSame = (order.WebOrderId, order.PurchaseOrder, order.CustomerName, order.ShipToCountry)
                == (input.WebOrderId, input.PurchaseOrder, input.CustomerName, input.ShipToCountry)
            && rows.Count == input.Lines.Count;
        foreach (var (row, line) in isSame ? rows.Zip(input.Lines) : [])
        {
            long? account = string.IsNullOrEmpty(line.Account) ? null : known[line.Account].Id;
            isSame &= catalog.FindSku(line.Sku)?.Id == row.SkuId && account == row.AccountId
                && (line.Quantity, line.StartsOn, line.EndsOn, line.SubscriptionId, line.FactoryReserved) == (row.Quantity, row.StartsOn, row.EndsOn, row.SubscriptionId, row.FactoryReserved)
                && (account is null || string.IsNullOrEmpty(line.VirtualAccount)
                    || (await VirtualAccounts.FindAsync(scope.Db, account.Value, line.VirtualAccount))?.Id == row.VirtualAccountId);
        }

        return isSame
            ? new Answer(order.Id, order.Number, IsNew: false, rows.Zip(input.Lines, (row, line) =>
                new BookedLine(row.LineNumber, catalog.FindSku(row.SkuId)!.Code, row.Quantity, line.Account, row.VirtualAccountId, row.TransactionId)).ToList())
            : Verdict.Refused(RefusalCode.AlreadyExists, FormattableString.Invariant($"Order {order.Number} was booked on {order.BookedAt:d MMM yyyy} with other contents. An order is booked once."), "number");
    }

    /// <summary>The catalog; read anew if it does not know a SKU, which another node may just have brought in.</summary>
    private async Task<CatalogSnapshot> CatalogOfAsync(Input input, CancellationToken cancellation)
    {
        var catalog = await catalogs.CurrentAsync(cancellation);
        if (input.Lines.All(line => catalog.FindSku(line.Sku) is not null))
        {
            return catalog;
        }

        catalogs.Invalidate();
        return await catalogs.CurrentAsync(cancellation);
    }

    private static IEnumerable<(OrderLineInput Line, int Number)> Numbered(Input input) => input.Lines.Select((line, index) => (line, index + 1));
}
