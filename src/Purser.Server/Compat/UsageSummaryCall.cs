using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Compat;

/// <summary>POST v2 and v3/licenses/summary (API reference 4.5): what a virtual account has and uses of each license.</summary>
internal sealed class UsageSummaryCall(Database database, AccountLookup accounts, DayZone zone)
{
    private static readonly LineState[] Shown = [LineState.Active, LineState.Future];

    /// <param name="Pool">What is prepaid.</param>
    /// <param name="Billed">Null: nothing is billed by usage.</param>
    private sealed record Row(Entitlement License, Pool Pool, Pool? Billed);

    private sealed record Part(string Billing, long? Quantity, long? Used, DateOnly? StartsOn, DateOnly? EndsOn, string SubscriptionId, bool IsFuture, bool HasEnd);

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
            select new { License = license, Pool = pool }).ToListAsync(context.RequestAborted);
        var licenses = rows.GroupBy(row => row.License.Id).Select(group => new Row(
            group.First().License, group.Select(row => row.Pool).FirstOrDefault(pool => pool.Billing == Billing.Prepaid) ?? new Pool(),
            group.Select(row => row.Pool).FirstOrDefault(pool => pool.Billing == Billing.Usage))).ToList();
        var subscriptions = (await (
            from here in db.UsagePlaces
            join usage in db.UsageSubscriptions on new { here.AccountId, Id = here.UsageId } equals new { usage.AccountId, usage.Id }
            where here.AccountId == account.Value && here.VirtualAccountId == place.Id
            select usage).ToListAsync(context.RequestAborted)).ToLookup(usage => usage.EntitlementId);
        var lines = (await (
            from holding in db.Holdings
            join line in db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
            where holding.AccountId == account.Value && holding.VirtualAccountId == place.Id && holding.Held > 0 && Shown.Contains(line.State)
            select new { holding.Held, Line = line }).ToListAsync(context.RequestAborted)).ToLookup(row => row.Line.EntitlementId, row => (row.Held, row.Line));
        var summary = licenses.ConvertAll(row => isCurrent ? Current(row, lines[row.License.Id], subscriptions[row.License.Id]) : Earlier(row, lines[row.License.Id]));
        return summary.Count == 0
            ? Answer(data, Published.Success, "NO_DATA_FOUND", "There are no licenses in the pool.", [])
            : Answer(data, Published.Success, null, $"Retrieved summary for {summary.Count} {(summary.Count == 1 ? "license" : "licenses")} in the pool.", summary);
    }

    private object Current(Row row, IEnumerable<(long Held, LicenseLine Line)> lines, IEnumerable<UsageSubscription> subscriptions) => new
    {
        tag = row.License.Tag, compliance_status = Compliance(row.Pool), display_name = row.License.Name,
        enforced = row.License.Enforcement != Enforcement.NotEnforced, export_restricted = row.License.Enforcement == Enforcement.ExportRestricted,
        license_details = lines.Select(one => new Part("PREPAID", one.Held, null, one.Line.StartsOn, one.Line.EndsOn, one.Line.SubscriptionId, one.Line.State == LineState.Future, one.Line.EndsAt is not null))
            .Concat(Postpaid(row, [.. subscriptions]))
            .Select(part => new
            {
                billing_type = part.Billing, quantity = part.Quantity, postpaid_usage = part.Used, start_date = Published.Day(part.StartsOn), end_date = Published.Day(part.EndsOn),
                subscription_id = Published.OrNull(part.SubscriptionId), status = part.IsFuture ? "FUTURE" : "ACTIVE", billing_model = (string?)null,
                license_type = part.HasEnd ? "TERM" : "PERPETUAL",
            }),
        prepaid_entitled = row.Pool.Purchased, prepaid_inuse = row.Pool.InUse, prepaid_reserved = row.Pool.Reserved,
    };

    /// <summary>What is used counts with the subscription that is enabled; its duplicates bring nothing (domain rules 2.6).</summary>
    private IEnumerable<Part> Postpaid(Row row, IReadOnlyList<UsageSubscription> subscriptions)
    {
        var enabled = UsageRules.Enabled(subscriptions, zone);
        return subscriptions.OrderBy(usage => usage.Id).Select(usage => new Part(
            "POSTPAID", null, usage == enabled ? row.Billed?.InUse ?? 0 : 0, usage.StartsOn, usage.EndsOn, usage.SubscriptionId, usage.State == SubscriptionState.Future, usage.EndsAt is not null));
    }

    private static object Earlier(Row row, IEnumerable<(long Held, LicenseLine Line)> lines) => new
    {
        tag = row.License.Tag, entitled = row.Pool.Purchased, future_entitled = lines.Where(one => one.Line.State == LineState.Future).Sum(one => one.Held), inuse = row.Pool.InUse + (row.Billed?.InUse ?? 0),
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
