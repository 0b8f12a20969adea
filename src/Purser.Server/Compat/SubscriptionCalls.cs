using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Compat;

/// <summary>
/// POST …/license-subscriptions (API reference 3.4): lines with a subscription number; perpetual, term and demo licenses without one are none.
/// Those that still count come first, by where they lie; then those that have ended, by where their units last lay.
/// </summary>
internal sealed class SubscriptionCalls(Database database, Places places)
{
    private static readonly LineState[] Ended = [LineState.Expired, LineState.Removed, LineState.Canceled, LineState.Upgraded];

    public async Task<IResult> ListAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var account = context.Account().Id;
        var chosen = await places.ChosenAsync(context, Permission.LicenseView, input.Texts("virtualAccounts"));
        var ids = chosen.Keys.ToList();
        var states = StatesOf(input.Texts("status"));
        await using var db = database.Read(account);
        var (total, rows) = await OffsetPage.Of(input).ReadAsync([Held(db, account, ids, states), Usage(db, account, ids, states), Past(db, account, ids, states)], context.RequestAborted);
        return Published.Answer(new
        {
            licenseSubscriptions = rows.Select(row => new
            {
                virtualAccount = chosen[row.VirtualAccountId],
                license = row.License,
                billingType = LicenseCalls.BillingOf(row.Line.Billing),
                quantity = row.Quantity,
                startDate = Midnight(row.Line.StartsOn),
                endDate = Midnight(row.Line.EndsOn),
                status = StateOf(row.Line.State),
                subscriptionId = row.Line.SubscriptionId,
            }),
            totalRecords = total,
            status = Published.Success,
            statusMessage = "",
        });
    }

    /// <summary>A line that was taken out before its end is a canceled subscription to the outside.</summary>
    public static string StateOf(LineState state) => state switch
    {
        LineState.Removed => "Canceled",
        LineState.UpgradePending => "Pending",
        _ => state.ToString(),
    };

    /// <summary>None asked for means all.</summary>
    private static List<LineState> StatesOf(IReadOnlyList<string> names) => names.Count == 0
        ? [.. Enum.GetValues<LineState>()]
        : [.. Enum.GetValues<LineState>().Where(state => names.Contains(StateOf(state), StringComparer.OrdinalIgnoreCase))];

    private static IQueryable<Row> Held(PurserContext db, long account, List<long> places, List<LineState> states) =>
        from holding in db.Holdings
        join line in db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
        join license in db.Entitlements on line.EntitlementId equals license.Id
        where holding.AccountId == account && places.Contains(holding.VirtualAccountId) && holding.Held > 0 && line.SubscriptionId != ""
            && states.Contains(line.State) && !Ended.Contains(line.State)
        orderby holding.VirtualAccountId, line.Id
        select new Row { VirtualAccountId = holding.VirtualAccountId, Quantity = holding.Held, Line = line, License = license.Name };

    /// <summary>Billed by usage: without a quantity, once for each virtual account in which it lies.</summary>
    private static IQueryable<Row> Usage(PurserContext db, long account, List<long> places, List<LineState> states)
    {
        var (active, future) = (states.Contains(LineState.Active), states.Contains(LineState.Future));
        return
            from place in db.UsagePlaces
            join usage in db.UsageSubscriptions on new { place.AccountId, Id = place.UsageId } equals new { usage.AccountId, usage.Id }
            join license in db.Entitlements on usage.EntitlementId equals license.Id
            where place.AccountId == account && places.Contains(place.VirtualAccountId)
                && ((active && usage.State == SubscriptionState.Active) || (future && usage.State == SubscriptionState.Future))
            orderby place.VirtualAccountId, usage.Id
            select new Row
            {
                VirtualAccountId = place.VirtualAccountId,
                License = license.Name,
                Line = new LicenseLine
                {
                    Billing = Billing.Usage, State = usage.State == SubscriptionState.Active ? LineState.Active : LineState.Future,
                    SubscriptionId = usage.SubscriptionId, StartsOn = usage.StartsOn, EndsOn = usage.EndsOn,
                },
            };
    }

    private static IQueryable<Row> Past(PurserContext db, long account, List<long> places, List<LineState> states) =>
        from gone in
            from entry in db.LedgerEntries
            where entry.AccountId == account && entry.ToKind == EndKind.Sink && places.Contains(entry.FromId)
            group entry by new { entry.FromId, entry.LineId } into units
            select new { units.Key.FromId, units.Key.LineId, Quantity = units.Sum(entry => entry.Quantity) }
        join line in db.LicenseLines on gone.LineId equals line.Id
        join license in db.Entitlements on line.EntitlementId equals license.Id
        where line.AccountId == account && line.SubscriptionId != "" && states.Contains(line.State) && Ended.Contains(line.State)
        orderby gone.FromId, line.Id
        select new Row { VirtualAccountId = gone.FromId, Quantity = gone.Quantity, Line = line, License = license.Name };

    private static string? Midnight(DateOnly? day) => day is null ? null : $"{Published.Day(day)}T00:00:00.000Z";

    private sealed class Row
    {
        public long VirtualAccountId { get; init; }
        public long Quantity { get; init; }
        public required LicenseLine Line { get; init; }
        public required string License { get; init; }
    }
}
