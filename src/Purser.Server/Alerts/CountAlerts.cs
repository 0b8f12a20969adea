using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Alerts;

/// <summary>How many alerts of each level are shown.</summary>
public sealed record AlertCounts(int Major, int Minor, int Informational);

/// <summary>Counts of an account for the navigation, and of each virtual account for its picker; without an entry there are none.</summary>
public sealed record AlertSummary(AlertCounts Account, IReadOnlyDictionary<long, AlertCounts> VirtualAccounts);

/// <summary>
/// Counts the alerts that a person sees (AL-03; domain rules 10.8). Every page asks for them: where they are very many, counting takes a
/// noticeable time, and the counts are kept for a few seconds.
/// </summary>
public sealed class CountAlerts(Database database, DomainClock clock, TimeProvider machine, AlertHidings hidings)
{
    private const int VeryMany = 50_000;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, Counted> known = new();

    private sealed record Row(long AccountId, long? VirtualAccountId, AlertLevel Level, int Count);

    private sealed record Counted(DateTimeOffset At, IReadOnlyList<Row> Rows);

    public async Task<AlertSummary> HandleAsync(Actor actor, long accountId, CancellationToken cancellation)
    {
        var rows = await SeenAsync(actor, [accountId], cancellation);
        return new AlertSummary(
            Sum(rows),
            rows.Where(row => row.VirtualAccountId is not null).GroupBy(row => row.VirtualAccountId!.Value).ToDictionary(group => group.Key, Sum));
    }

    /// <summary>Of each account; without an entry there are none.</summary>
    public async Task<IReadOnlyDictionary<long, AlertCounts>> HandleAsync(Actor actor, IReadOnlyCollection<long> accountIds, CancellationToken cancellation) =>
        (await SeenAsync(actor, accountIds, cancellation)).GroupBy(row => row.AccountId).ToDictionary(group => group.Key, Sum);

    /// <summary>Of all of the account, or of the account itself and the virtual accounts within reach; less what the reader has hidden from herself.</summary>
    private async Task<List<Row>> SeenAsync(Actor actor, IReadOnlyCollection<long> accountIds, CancellationToken cancellation)
    {
        var rows = await RowsAsync(accountIds, cancellation);
        var seen = (hidings.ArePersonal ? rows.Concat(await HiddenAsync(actor, accountIds, cancellation)) : rows).ToLookup(row => row.AccountId);
        return [.. accountIds.Distinct().SelectMany(account =>
        {
            var reach = actor.ReachOf(Permission.AlertView, account);
            return seen[account].Where(row => reach.IsWhole || (reach.Any && (row.VirtualAccountId is not { } place || reach.VirtualAccountIds.Contains(place))));
        })];
    }

    private async Task<IReadOnlyList<Row>> RowsAsync(IReadOnlyCollection<long> accountIds, CancellationToken cancellation)
    {
        var now = machine.GetUtcNow();
        var kept = accountIds.Distinct().Where(id => known.TryGetValue(id, out var last) && now - last.At < Kept).ToDictionary(id => id, id => known[id].Rows);
        var asked = accountIds.Except(kept.Keys).ToList();
        if (asked.Count == 0)
        {
            return [.. kept.Values.SelectMany(rows => rows)];
        }

        await using var db = database.Read();
        var fresh = await CountAsync(AlertScope.Shown(db.Alerts.Where(alert => asked.Contains(alert.AccountId)), clock.Now), cancellation);
        foreach (var account in asked)
        {
            var rows = fresh.Where(row => row.AccountId == account).ToList();
            if (rows.Sum(row => row.Count) >= VeryMany)
            {
                known[account] = new Counted(now, rows);
            }
            else
            {
                known.TryRemove(account, out _);
            }
        }

        return [.. kept.Values.SelectMany(rows => rows), .. fresh];
    }

    /// <summary>Negative: to be taken off.</summary>
    private async Task<IEnumerable<Row>> HiddenAsync(Actor actor, IReadOnlyCollection<long> accountIds, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var shown = AlertScope.Shown(db.Alerts.Where(alert => accountIds.Contains(alert.AccountId)), clock.Now);
        return (await CountAsync(AlertHidings.Of(db, shown, actor, clock.Now), cancellation)).Select(row => row with { Count = -row.Count });
    }

    private static Task<List<Row>> CountAsync(IQueryable<Alert> alerts, CancellationToken cancellation) => alerts
        .GroupBy(alert => new { alert.AccountId, alert.VirtualAccountId, alert.Level })
        .Select(group => new Row(group.Key.AccountId, group.Key.VirtualAccountId, group.Key.Level, group.Count()))
        .ToListAsync(cancellation);

    private static AlertCounts Sum(IEnumerable<Row> rows)
    {
        var ofLevel = rows.ToLookup(row => row.Level, row => row.Count);

        // What was hidden within the seconds for which counts are kept may be more than was counted.
        return new AlertCounts(Of(AlertLevel.Major), Of(AlertLevel.Minor), Of(AlertLevel.Informational));

        int Of(AlertLevel level) => Math.Max(0, ofLevel[level].Sum());
    }
}
