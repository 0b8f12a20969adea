using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Compat;

/// <summary>POST v2 and v3/licenses/summary (API reference 4.5): what a virtual account has and uses of each license.</summary>
internal sealed class UsageSummaryCall(Database database, AccountLookup accounts)
{
    private static readonly LineState[] Shown = [LineState.Active, LineState.Future];

    private sealed record Row(Pool Pool, Entitlement License);

    public async Task<IResult> ShowAsync(HttpContext context, bool isCurrent)
    {
        var data = (await PublishedInput.ReadAsync(context.Request)).Object("data");
        if (data is null)
        {
            return Published.MissingInput();
        }

        var account = await UsageHeaders.AccountAsync(context, accounts);
        if (!account.IsOk)
        {
            return Answer(data, "FAILED", account.Refusal!.Code.ToString(), account.Refusal.Detail, []);
        }

        await using var db = database.Read(account.Value);
        var asked = UsageHeaders.VirtualAccountOf(context, data);
        var place = await db.VirtualAccounts.FirstOrDefaultAsync(row => row.AccountId == account.Value && (asked == null ? row.IsDefault : row.Id == asked), context.RequestAborted);
        if (place is null || !context.Actor().May(Permission.LicenseView, account.Value, place.Id))
        {
            return Answer(data, "FAILED", "NO_DATA_FOUND", "There is no such virtual account that you may see.", []);
        }

        var tags = data.Texts("tags");
        var rows = await (
            from pool in db.Pools
            join license in db.Entitlements on pool.EntitlementId equals license.Id
            where pool.AccountId == account.Value && pool.VirtualAccountId == place.Id && (tags.Count == 0 || tags.Contains(license.Tag))
            orderby license.Name, license.Id
            select new Row(pool, license)).ToListAsync(context.RequestAborted);
        var lines = (await (
            from holding in db.Holdings
            join line in db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
            where holding.AccountId == account.Value && holding.VirtualAccountId == place.Id && holding.Held > 0 && Shown.Contains(line.State)
            select new { holding.Held, Line = line }).ToListAsync(context.RequestAborted)).ToLookup(row => (row.Line.EntitlementId, row.Line.Billing), row => (row.Held, row.Line));
        var summary = rows.ConvertAll(row => isCurrent ? Current(row, lines[(row.License.Id, row.Pool.Billing)]) : Earlier(row, lines[(row.License.Id, row.Pool.Billing)]));
        return summary.Count == 0
            ? Answer(data, Published.Success, "NO_DATA_FOUND", "There are no licenses in the pool.", [])
            : Answer(data, Published.Success, null, $"Retrieved summary for {summary.Count} {(summary.Count == 1 ? "license" : "licenses")} in the pool.", summary);
    }

    private static object Current(Row row, IEnumerable<(long Held, LicenseLine Line)> lines) => new
    {
        tag = row.License.Tag, compliance_status = Compliance(row.Pool), display_name = row.License.Name,
        enforced = row.License.Enforcement != Enforcement.NotEnforced, export_restricted = row.License.Enforcement == Enforcement.ExportRestricted,
        license_details = lines.Select(one => new
        {
            billing_type = one.Line.Billing == Billing.Usage ? "POSTPAID" : "PREPAID", quantity = one.Held, postpaid_usage = (long?)null, start_date = Published.Day(one.Line.StartsOn),
            end_date = Published.Day(one.Line.EndsOn), subscription_id = Published.OrNull(one.Line.SubscriptionId), status = one.Line.State == LineState.Future ? "FUTURE" : "ACTIVE",
            billing_model = (string?)null, license_type = one.Line.EndsAt is null ? "PERPETUAL" : "TERM",
        }),
        prepaid_entitled = row.Pool.Purchased, prepaid_inuse = row.Pool.InUse, prepaid_reserved = row.Pool.Reserved,
    };

    private static object Earlier(Row row, IEnumerable<(long Held, LicenseLine Line)> lines) => new
    {
        tag = row.License.Tag, entitled = row.Pool.Purchased, future_entitled = lines.Where(one => one.Line.State == LineState.Future).Sum(one => one.Held), inuse = row.Pool.InUse,
        reserved = row.Pool.Reserved, compliance_status = Compliance(row.Pool), display_name = row.License.Name,
        enforced = row.License.Enforcement != Enforcement.NotEnforced, export_restricted = row.License.Enforcement == Enforcement.ExportRestricted,
        license_details = lines.Select(one => new
        {
            quantity = one.Held, start_date = Day(one.Line.StartsOn), end_date = Day(one.Line.EndsOn), subscription_id = Published.OrNull(one.Line.SubscriptionId),
            license_type = one.Line.EndsAt is null ? "PERPETUAL" : "TERM",
        }),
    };

    private static string Compliance(Pool pool) => pool.Balance < 0 ? "Out Of Compliance" : "In Compliance";

    /// <summary>2018-Aug-08.</summary>
    private static string? Day(DateOnly? date) => date?.ToString("yyyy-MMM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static IResult Answer(PublishedInput data, string status, string? code, string message, IReadOnlyList<object> summary) => Published.Answer(new
    {
        status, message_code = code, message, timestamp = UsageCalls.Echo(data), nonce = data.Text("nonce"), out_standing_reports = 0, summary,
    });
}
