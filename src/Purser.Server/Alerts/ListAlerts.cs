using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.Alerts;

/// <summary>What narrows a list of alerts. All parts must match.</summary>
/// <param name="Hidden">Those put off by "Remind later" as well.</param>
/// <param name="RaisedBy">Not those that were raised after this instant.</param>
public sealed record AlertFilter(
    [FromQuery(Name = "level")] AlertLevel? Level = null,
    [FromQuery(Name = "kind")] AlertKind? Kind = null,
    [FromQuery(Name = "license")] long? License = null,
    [FromQuery(Name = "device")] long? Device = null,
    [FromQuery(Name = "q")] string? Text = null,
    [FromQuery(Name = "hidden")] bool? Hidden = null,
    [FromQuery(Name = "raisedBy")] DateTimeOffset? RaisedBy = null);

/// <summary>An alert as its reader may see it.</summary>
/// <param name="Source">The virtual account it comes from, or the Smart Account.</param>
/// <param name="DueAt">Null: now.</param>
/// <param name="HiddenUntil">Put off until then, for the whole account or, by the setting, for its reader.</param>
/// <param name="Actions">What the reader may do about it.</param>
public sealed record AlertLine(
    long Id, AlertLevel Level, AlertKind Kind, string Title, string Message, string Source, long? VirtualAccountId, long? EntitlementId, long? DeviceId,
    long Count, DateTimeOffset RaisedAt, DateTimeOffset? DueAt, DateTimeOffset? HiddenUntil, IReadOnlyList<AlertAction> Actions);

/// <summary>The open alerts of an account or of one virtual account, by severity, then by action due (AL-03).</summary>
public sealed class ListAlerts(Database database, DomainClock clock, AlertHidings hidings)
{
    internal static readonly Keyset<Alert> BySeverityThenDue = Keyset.Ascending((Alert row) => row.SortKey).Then(row => row.Id);

    /// <param name="virtualAccountId">Null for the account level: its own alerts and those of all virtual accounts within reach.</param>
    public async Task<Page<AlertLine>> HandleAsync(
        Actor actor, long accountId, long? virtualAccountId, AlertFilter filter, PageRequest request, CancellationToken cancellation)
    {
        await using var db = database.Read(accountId);
        var names = await SourceNames.LoadAsync(db, accountId, cancellation);
        var page = await Query(db, actor, accountId, virtualAccountId, filter).ToPageAsync(BySeverityThenDue, request, cancellation);
        var putOff = filter.Hidden == true ? await PutOffAsync(db, actor, accountId, page.Items, cancellation) : [];
        return page.Map(alert => Line(alert, actor, names, clock.Now) with { HiddenUntil = putOff.GetValueOrDefault(alert.Id) ?? alert.HiddenUntil });
    }

    /// <summary>The whole list, for export.</summary>
    public async IAsyncEnumerable<AlertLine> AllAsync(Actor actor, long accountId, long? virtualAccountId, AlertFilter filter)
    {
        await using var db = database.Read(accountId);
        var names = await SourceNames.LoadAsync(db, accountId, CancellationToken.None);
        await foreach (var piece in BySeverityThenDue.PiecesAsync(Query(db, actor, accountId, virtualAccountId, filter)))
        {
            foreach (var alert in piece)
            {
                yield return Line(alert, actor, names, clock.Now);
            }
        }
    }

    internal static AlertLine Line(Alert alert, Actor actor, SourceNames names, DateTimeOffset now)
    {
        var rule = AlertCatalogue.Of(alert.Kind);
        return new AlertLine(
            alert.Id, alert.Level, alert.Kind, rule.Title, AlertTexts.AsOf(alert.Message, alert.DueAt, now), names.Of(alert.VirtualAccountId), alert.VirtualAccountId, alert.EntitlementId,
            alert.DeviceId, alert.Count, alert.RaisedAt, alert.DueAt, alert.HiddenUntil,
            [.. rule.Actions.Where(action => AlertScope.May(actor, alert, action))]);
    }

    private async Task<Dictionary<long, DateTimeOffset?>> PutOffAsync(PurserContext db, Actor actor, long accountId, IReadOnlyList<Alert> alerts, CancellationToken cancellation)
    {
        var (ids, key, now) = (alerts.Select(alert => alert.Id).ToList(), actor.Key, clock.Now);
        return hidings.ArePersonal
            ? await db.AlertHidings.Where(row => row.AccountId == accountId && row.HolderKey == key && ids.Contains(row.AlertId) && row.Until > now)
                .ToDictionaryAsync(row => row.AlertId, row => row.Until, cancellation)
            : [];
    }

    internal IQueryable<Alert> Query(PurserContext db, Actor actor, long accountId, long? virtualAccountId, AlertFilter filter)
    {
        var alerts = AlertScope.Limit(db.Alerts, actor, accountId);
        alerts = filter.Hidden == true ? alerts.Where(alert => alert.State == AlertState.Open) : AlertScope.Shown(alerts, clock.Now);
        alerts = hidings.Without(db, alerts, actor, clock.Now, alsoPutOff: filter.Hidden == true);
        if (virtualAccountId is not null)
        {
            alerts = alerts.Where(alert => alert.VirtualAccountId == virtualAccountId);
        }

        if (filter.Level is { } level)
        {
            alerts = alerts.Where(alert => alert.Level == level);
        }

        if (filter.Kind is { } kind)
        {
            alerts = alerts.Where(alert => alert.Kind == kind);
        }

        if (filter.License is { } license)
        {
            alerts = alerts.Where(alert => alert.EntitlementId == license);
        }

        if (filter.Device is { } device)
        {
            alerts = alerts.Where(alert => alert.DeviceId == device);
        }

        if (filter.RaisedBy?.ToUniversalTime() is { } raisedBy)
        {
            alerts = alerts.Where(alert => alert.RaisedAt <= raisedBy);
        }

        return alerts.WhereContains(alert => alert.Message, filter.Text);
    }
}

/// <summary>Names of an account and its virtual accounts, for the column Source.</summary>
internal sealed record SourceNames(string Account, IReadOnlyDictionary<long, string> VirtualAccounts)
{
    public static async Task<SourceNames> LoadAsync(PurserContext db, long accountId, CancellationToken cancellation) => new(
        await db.Accounts.Where(account => account.Id == accountId).Select(account => account.Name).SingleAsync(cancellation),
        await db.VirtualAccounts.Where(row => row.AccountId == accountId).ToDictionaryAsync(row => row.Id, row => row.Name, cancellation));

    public string Of(long? virtualAccountId) => virtualAccountId is { } id ? VirtualAccounts.GetValueOrDefault(id, "") : Account;
}
