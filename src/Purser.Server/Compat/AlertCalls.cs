using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Compat;

/// <summary>POST …/alerts and …/get-alerts (API reference 3.8): open alerts by severity and action due, at most the first thousand.</summary>
internal sealed class AlertCalls(Database database, DomainClock clock, Places places, AlertHidings hidings, DayZone zone)
{
    private const int Most = 1000;

    public async Task<IResult> ListAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var account = context.Account();
        var named = input.Texts("virtualAccounts");
        var ids = (await places.ChosenAsync(context, Permission.AlertView, named)).Keys.ToList();
        var levels = LevelsOf(input.Texts("severity"));
        await using var db = database.Read(account.Id);

        // What concerns the Smart Account itself is listed where no virtual account is asked for.
        var alerts = hidings.Without(db, AlertScope.Shown(AlertScope.Limit(db.Alerts, context.Actor(), account.Id), clock.Now), context.Actor(), clock.Now)
            .Where(alert => levels.Contains(alert.Level) && (alert.VirtualAccountId == null ? named.Count == 0 : ids.Contains(alert.VirtualAccountId.Value)))
            .OrderBy(alert => alert.SortKey).ThenBy(alert => alert.Id);
        var page = OffsetPage.Of(input);
        var (total, rows) = await (page with { Limit = Math.Min(page.Limit, Most) }).ReadAsync(Named(db, account.Id, alerts), context.RequestAborted);
        var terms = await TermsAsync(db, account.Id, [.. rows.Select(row => row.Alert)], context.RequestAborted);
        return Published.Answer(new
        {
            status = Published.Success,
            statusMessage = "",
            totalRecords = total,
            alerts = rows.Select(row => new
            {
                virtualAccount = row.Place,
                message = AlertTexts.AsOf(row.Alert.Message, row.Alert.DueAt, clock.Now),
                license = row.License,
                severity = row.Alert.Level.ToString(),
                messageType = AlertCatalogue.Of(row.Alert.Kind).Title,
                licenseStartDate = terms.TryGetValue(TermOf(row.Alert), out var term) ? Text(term.Start) : null,
                licenseEndDate = term.End is { } last ? Text(last) : Day(AlertSubjects.EndOf(row.Alert)),
                actionDue = row.Alert.DueAt is { } due && due > clock.Now ? Day(due) : "Now",
                source = row.Place ?? account.Name,
                sourceType = row.Place is null ? "Smart Account" : "Virtual Account",
                productInstanceHostName = row.Device,
                satelliteName = (string?)null,
            }),
        });
    }

    /// <summary>The licenses of an alert about a term began with the first of them that ends then.</summary>
    private static async Task<Dictionary<(long?, long?, DateTimeOffset?), (DateOnly Start, DateOnly? End)>> TermsAsync(PurserContext db, long account, IReadOnlyList<Alert> alerts, CancellationToken cancellation)
    {
        var about = alerts.Where(alert => AlertSubjects.EndOf(alert) is not null && alert.EntitlementId is not null).ToList();
        var (licenses, ends) = (about.Select(alert => alert.EntitlementId!.Value).Distinct().ToList(), about.Select(AlertSubjects.EndOf).Distinct().ToList());
        if (about.Count == 0)
        {
            return [];
        }

        var terms = await db.LicenseLines
            .Where(line => line.AccountId == account && licenses.Contains(line.EntitlementId) && ends.Contains(line.EndsAt) && line.StartsOn != null)
            .Join(
                db.Holdings.Where(held => held.AccountId == account), line => line.Id, held => held.LineId,
                (line, held) => new { held.VirtualAccountId, line.EntitlementId, line.EndsAt, line.StartsOn, line.EndsOn })
            .GroupBy(row => new { row.VirtualAccountId, row.EntitlementId, row.EndsAt })
            .Select(group => new { group.Key, Start = group.Min(row => row.StartsOn), End = group.Max(row => row.EndsOn) })
            .ToListAsync(cancellation);
        return terms.ToDictionary(row => ((long?)row.Key.VirtualAccountId, (long?)row.Key.EntitlementId, row.Key.EndsAt), row => (row.Start!.Value, row.End));
    }

    private static (long?, long?, DateTimeOffset?) TermOf(Alert alert) => (alert.VirtualAccountId, alert.EntitlementId, AlertSubjects.EndOf(alert));

    private static IQueryable<Row> Named(PurserContext db, long account, IQueryable<Alert> alerts) => alerts.Select(alert => new Row
    {
        Alert = alert,
        Place = db.VirtualAccounts.Where(row => row.AccountId == account && row.Id == alert.VirtualAccountId).Select(row => row.Name).FirstOrDefault(),
        License = db.Entitlements.Where(row => row.Id == alert.EntitlementId).Select(row => row.Name).FirstOrDefault(),
        Device = db.Devices.Where(row => row.AccountId == account && row.Id == alert.DeviceId).Select(row => row.DisplayName).FirstOrDefault(),
    });

    /// <summary>None asked for means all; an unknown one finds nothing.</summary>
    private static List<AlertLevel> LevelsOf(IReadOnlyList<string> names) =>
        [.. Enum.GetValues<AlertLevel>().Where(level => names.Count == 0 || names.Contains(level.ToString(), StringComparer.OrdinalIgnoreCase))];

    /// <summary>"Jun 10, 2019"; an end at midnight belongs to the day before (domain rules 2.3).</summary>
    private string? Day(DateTimeOffset? end) => end is { } instant ? Text(zone.LastDay(instant)) : null;

    private static string Text(DateOnly day) => day.ToString("MMM d, yyyy", CultureInfo.InvariantCulture);

    private sealed class Row
    {
        public required Alert Alert { get; init; }
        public string? Place { get; init; }
        public string? License { get; init; }
        public string? Device { get; init; }
    }
}
