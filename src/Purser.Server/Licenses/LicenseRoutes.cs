using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Licenses;

/// <summary>The REST addresses and files of licenses: table, details, explanation, transfer, transactions.</summary>
internal static class LicenseRoutes
{
    private const string VirtualAccount = "/virtual-accounts/{virtualAccount:long}";

    private static readonly CsvColumn<LicenseRow>[] TableColumns =
    [
        new("License", row => row.License),
        new("Billing", row => LicenseNames.Of(row.Billing)),
        new("Purchased", row => row.Billing == Billing.Usage ? null : row.Purchased),
        new("Pending", row => row.Pending),
        new("In Use", row => row.InUse),
        new("Reserved", row => row.Reserved),
        // What is billed by usage has neither a number purchased nor a balance, never a zero (domain rules 1.8).
        new("Balance", row => row.Billing == Billing.Usage ? null : row.Balance),
        new("Alerts", row => string.Join("; ", row.Alerts.Select(alert => alert.Title))),
        new("Tags", row => string.Join(", ", row.Tags)),
    ];

    private static readonly CsvColumn<LicenseLineRow>[] LineColumns =
    [
        new("License", row => row.License),
        new("Source", row => LicenseNames.Of(row.Source)),
        new("Quantity Purchased", row => row.Quantity),
        new("Expiration Date", row => row.EndsOn is { } end ? end : TransferRules.Perpetual),
        new("License SKU", row => row.Sku),
        new("License Family", row => row.ProductFamily),
        new("PO #", row => row.PurchaseOrder),
        new("Order #", row => row.OrderNumber),
        new("Line #", row => row.OrderLine),
        new("Customer Name", row => row.CustomerName),
        new("Ship To Country", row => row.ShipToCountry),
        new("Product SKU", row => row.ProductSku),
        new("Product SN", row => row.ProductSerial),
        new("Device Details", row => row.DeviceDetails),
        new("PAK #", row => row.Pak),
        new("Transaction ID", row => row.SourceTransactionId),
        new("Customer Suite Name", row => row.SuiteName),
        new("Subscription ID", row => row.SubscriptionId),
        new("Tags", row => string.Join(", ", row.Tags)),
    ];

    private static readonly CsvColumn<TransactionRow>[] CustomerColumns =
    [
        new("Transaction Date", row => row.At),
        new("Transaction ID", row => row.TransactionId),
        new("Transaction Type", row => row.Type.ToString()),
        new("Order ID", row => row.OrderNumber),
        new("Order Line ID", row => row.OrderLine),
        new("License SKU", row => row.Sku),
        new("License", row => row.License),
        new("License Expiration", row => row.ExpiresOn is { } end ? end : TransferRules.Perpetual),
        new("Count", row => row.Count),
        new("Virtual Account", row => row.VirtualAccount),
        new("Source", row => row.Source),
        new("User", row => row.User),
    ];

    private static readonly CsvColumn<TransactionRow>[] OperatorColumns = [.. CustomerColumns, new("Notes", row => row.Notes)];

    /// <param name="Direction">From the point of view of the virtual account in the address (help ch. 4: Transfer To/From).</param>
    /// <param name="TagsTravel">The license tags go along.</param>
    public sealed record TransferBody(
        TransferDirection Direction, long OtherVirtualAccountId, IReadOnlyList<TransferLicenses.Row> Rows, TransferOrder Order = TransferOrder.LongestTermFirst,
        string? Fingerprint = null, bool TagsTravel = false)
    {
        public TransferLicenses.Input ToInput(long here) => Direction == TransferDirection.To
            ? new(here, OtherVirtualAccountId, Rows) { Order = Order, Fingerprint = Fingerprint, TagsTravel = TagsTravel }
            : new(OtherVirtualAccountId, here, Rows) { Order = Order, Fingerprint = Fingerprint, TagsTravel = TagsTravel };
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1/accounts/{account}").WithTags("Licenses");
        api.MapGet($"{VirtualAccount}/licenses", ListAsync).Requires(Permission.LicenseView).Produces<Page<LicenseRow>>()
            .WithSummary("List the licenses of a virtual account")
            .WithDescription("?format=csv gives the whole table as a file. ?asOf=2026-03-31 (the end of a day by UTC) or ?asOf=2026-03-31T14:00:00Z (a full hour) gives the table as it was then: figures of then, tags of today.");
        api.MapGet($"{VirtualAccount}/licenses/{{license:long}}", OverviewAsync).Requires(Permission.LicenseView).Produces<ShowLicense.Overview>()
            .WithSummary("Show a license: figures, terms, lines").WithDescription("?asOf= as for the list: as it was then, terms and lines summed up from the book. ?billing=usage where it lies here both prepaid and billed by usage.");
        api.MapGet($"{VirtualAccount}/licenses/{{license:long}}/product-instances", DevicesAsync).Requires(Permission.LicenseView).Produces<Page<ShowLicense.DeviceRow>>()
            .WithSummary("List the product instances that use a license, in the order of their requests").WithDescription("?billing=prepaid or usage: only those that count there.");
        api.MapGet($"{VirtualAccount}/licenses/{{license:long}}/orders", OrdersAsync).Requires(Permission.LicenseView).Produces<Page<ShowLicense.OrderRow>>()
            .WithSummary("List the orders that brought a license");
        api.MapGet($"{VirtualAccount}/licenses/{{license:long}}/usage", UsageAsync).Requires(Permission.LicenseView).Produces<IReadOnlyList<ShowUsage.Point>>()
            .WithSummary("The usage of a license over time, as steps").WithDescription("?billing=usage: of what is billed by usage.");
        api.MapGet($"{VirtualAccount}/licenses/{{license:long}}/forecast", ForecastAsync).Requires(Permission.LicenseView).Produces<Forecast>()
            .WithSummary("Forecast the day on which a license runs dry, and how sure that is")
            .WithDescription("earliest, likely and latest are the days at the fastest, the middle and the slowest pace of the last weeks; null where it lasts for the two years that are looked ahead.");
        api.MapGet($"{VirtualAccount}/licenses/{{license:long}}/explanation", ExplainAsync).Requires(Permission.LicenseView).Produces<ComplianceReport>()
            .WithSummary("Explain the compliance of a license: figures, cause, consequences, remedies");
        api.MapGet($"{VirtualAccount}/licenses/transfer-options", OptionsAsync).Requires(Permission.LicenseTransfer).Produces<TransferOptions.Answer>()
            .WithSummary("What can be transferred from a virtual account, by term, and where to");
        api.MapPost($"{VirtualAccount}/licenses/transfer/preview", PreviewAsync).Requires(Permission.LicenseTransfer).Produces<TransferLicenses.Preview>()
            .WithSummary("Show what a transfer would do on both sides");
        api.MapPost($"{VirtualAccount}/licenses/transfer", TransferAsync).Requires(Permission.LicenseTransfer).Produces<TransferLicenses.Answer>()
            .WithSummary("Transfer licenses to or from another virtual account, all rows or none");
        api.MapGet("/transactions", TransactionsAsync).Requires(Permission.TransactionView).Produces<Page<TransactionRow>>()
            .WithSummary("List the license transactions, newest first").WithDescription("?format=csv gives the whole list as a file.");

        api.MapGet($"{VirtualAccount}/license-transactions", LinesAsync).Requires(Permission.LicenseView).Produces<Page<LicenseLineRow>>()
            .WithSummary("List the license transactions that lie in a virtual account, with the columns of their sources")
            .WithDescription("The advanced search: source, order, po, customer, shipTo, pak, family, sku, expiresBy; all that are given must match. ?license= narrows to one license. ?format=csv gives the whole list as a file.");

        app.MapGet("/accounts/{account}/inventory/{virtualAccount:long}/license-transactions.csv", LinesFile).Requires(Permission.LicenseView);
        app.MapGet("/accounts/{account}/inventory/{virtualAccount:long}/licenses.csv", TableFileAsync).Requires(Permission.LicenseView);
        app.MapGet("/accounts/{account}/activity/transactions.csv", TransactionsFile).Requires(Permission.TransactionView);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, long virtualAccount, ListLicenses list, PastFigures past, string? asOf,
        [AsParameters] LicenseFilter filter, [AsParameters] LineFilter lines, [AsParameters] PageRequest page)
    {
        if (Csv.IsWanted(context))
        {
            return await TableFileAsync(context, virtualAccount, list, past, asOf, filter, lines);
        }

        var narrowed = await NarrowAsync(context, past, asOf, filter, lines);
        return narrowed.IsOk
            ? Json(await list.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, narrowed.Value, page, context.RequestAborted))
            : Problems.Of(narrowed.Refusal!);
    }

    private static async Task<IResult> TableFileAsync(
        HttpContext context, long virtualAccount, ListLicenses list, PastFigures past, string? asOf, [AsParameters] LicenseFilter filter, [AsParameters] LineFilter lines)
    {
        var narrowed = await NarrowAsync(context, past, asOf, filter, lines);
        var then = narrowed.IsOk && narrowed.Value.Past is { IsNow: false } moment ? $"-as-of-{moment.Before.UtcDateTime.ToString("yyyyMMdd'T'HH'Z'", CultureInfo.InvariantCulture)}" : "";
        return narrowed.IsOk
            ? new CsvResult<LicenseRow>(
                $"licenses-{context.Account().Domain}-{virtualAccount.ToString(CultureInfo.InvariantCulture)}{then}.csv", TableColumns,
                list.AllAsync(context.Actor(), context.Account().Id, virtualAccount, narrowed.Value))
            : Problems.Of(narrowed.Refusal!);
    }

    private static async Task<Verdict<LicenseFilter>> NarrowAsync(HttpContext context, PastFigures past, string? asOf, LicenseFilter filter, LineFilter lines)
    {
        var moment = await past.ReadAsync(context.Account().Id, asOf, context.RequestAborted);
        return !moment.IsOk ? moment.Refusal!
            : moment.Value is not null && !lines.IsEmpty
                ? Verdict.Refused(RefusalCode.InvalidInput, "The advanced search looks through the license transactions of today: leave it out, or leave asOf out.", PastMoment.Field)
            : filter with { Lines = lines, Past = moment.Value };
    }

    private static async Task<IResult> LinesAsync(
        HttpContext context, long virtualAccount, long? license, ListLicenseLines list, [AsParameters] LineFilter filter, [AsParameters] PageRequest page) =>
        Csv.IsWanted(context)
            ? LinesFile(context, virtualAccount, license, list, filter)
            : Json(await list.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, license, filter, page, context.RequestAborted));

    private static IResult LinesFile(HttpContext context, long virtualAccount, long? license, ListLicenseLines list, [AsParameters] LineFilter filter) =>
        new CsvResult<LicenseLineRow>(
            $"license-transactions-{context.Account().Domain}-{virtualAccount.ToString(CultureInfo.InvariantCulture)}.csv", LineColumns,
            list.AllAsync(context.Actor(), context.Account().Id, virtualAccount, license, filter));

    private static async Task<IResult> OverviewAsync(HttpContext context, long virtualAccount, long license, ShowLicense show, PastFigures past, string? asOf, Billing? billing)
    {
        var (actor, account) = (context.Actor(), context.Account().Id);
        var moment = await past.ReadAsync(account, asOf, context.RequestAborted);
        return !moment.IsOk ? Problems.Of(moment.Refusal!)
            : Found(moment.Value is { } then
                ? await show.PastOverviewAsync(actor, account, virtualAccount, license, then, billing, context.RequestAborted)
                : await show.OverviewAsync(actor, account, virtualAccount, license, billing, context.RequestAborted));
    }

    private static async Task<IResult> DevicesAsync(HttpContext context, long virtualAccount, long license, ShowLicense show, Billing? billing, [AsParameters] PageRequest page) =>
        Json(await show.DevicesAsync(context.Actor(), context.Account().Id, virtualAccount, license, page, billing, context.RequestAborted));

    private static async Task<IResult> OrdersAsync(HttpContext context, long virtualAccount, long license, ShowLicense show, [AsParameters] PageRequest page) =>
        Json(await show.OrdersAsync(context.Actor(), context.Account().Id, virtualAccount, license, page, context.RequestAborted));

    private static async Task<IResult> UsageAsync(HttpContext context, long virtualAccount, long license, ShowUsage show, Billing? billing, int days = 90) =>
        Json(await show.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, license, days, billing ?? Billing.Prepaid, context.RequestAborted));

    private static async Task<IResult> ForecastAsync(HttpContext context, long virtualAccount, long license, ForecastUse forecast) =>
        Found(await forecast.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, license, context.RequestAborted));

    private static async Task<IResult> ExplainAsync(HttpContext context, long virtualAccount, long license, ExplainCompliance explain) =>
        Found(await explain.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, license, context.RequestAborted));

    private static async Task<IResult> OptionsAsync(HttpContext context, long virtualAccount, TransferOptions options, long[]? license, long[]? line) =>
        Json(await options.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, license ?? [], line ?? [], context.RequestAborted));

    private static async Task<IResult> PreviewAsync(HttpContext context, long virtualAccount, TransferBody body, TransferLicenses transfer) =>
        (await transfer.PreviewAsync(context.Actor(), context.Account().Id, body.ToInput(virtualAccount), context.RequestAborted)).ToHttp();

    private static async Task<IResult> TransferAsync(HttpContext context, long virtualAccount, TransferBody body, TransferLicenses transfer)
    {
        var input = body.ToInput(virtualAccount);
        return (await transfer.HandleAsync(context.Command(TransferLicenses.Name, input), input, context.RequestAborted)).ToHttp();
    }

    private static async Task<IResult> TransactionsAsync(HttpContext context, ListTransactions list, [AsParameters] TransactionFilter filter, [AsParameters] PageRequest page) =>
        Csv.IsWanted(context)
            ? TransactionsFile(context, list, filter)
            : Json(await list.HandleAsync(context.Actor(), context.Account().Id, filter, page, context.RequestAborted));

    private static IResult TransactionsFile(HttpContext context, ListTransactions list, [AsParameters] TransactionFilter filter) =>
        new CsvResult<TransactionRow>(
            $"transactions-{context.Account().Domain}.csv", context.Actor().May(Permission.LicenseAddRemove) ? OperatorColumns : CustomerColumns,
            list.AllAsync(context.Actor(), context.Account().Id, filter));

    private static IResult Json<T>(T value) => TypedResults.Json(value, WritePath.Json);

    private static IResult Found<T>(T? value)
        where T : class =>
        value is null ? Problems.Of(Verdict.Refused(RefusalCode.NotFound, "There is no such license in this virtual account.")) : Json(value);
}

/// <summary>From the point of view of one virtual account.</summary>
public enum TransferDirection
{
    To,
    From,
}
