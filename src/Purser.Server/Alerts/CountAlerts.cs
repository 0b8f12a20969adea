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
public sealed class CountAlerts(Database database, DomainClock clock, TimeProvider machine)
{
    private const int VeryMany = 50_000;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, Counted> known = new();

    private sealed record Row(long? VirtualAccountId, AlertLevel Level, int Count);

    private sealed record Counted(DateTimeOffset At, IReadOnlyList<Row> Rows);

    public async Task<AlertSummary> HandleAsync(Actor actor, long accountId, CancellationToken cancellation)
    {
        var reach = actor.ReachOf(Permission.AlertView, accountId);
        var counts = (await RowsAsync(accountId, cancellation))
            .Where(row => reach.IsWhole || (reach.Any && (row.VirtualAccountId is not { } place || reach.VirtualAccountIds.Contains(place)))).ToList();
        return new AlertSummary(
            Sum(counts.Select(row => (row.Level, row.Count))),
            counts.Where(row => row.VirtualAccountId is not null).GroupBy(row => row.VirtualAccountId!.Value)
                .ToDictionary(group => group.Key, group => Sum(group.Select(row => (row.Level, row.Count)))));
    }

    private async Task<IReadOnlyList<Row>> RowsAsync(long accountId, CancellationToken cancellation)
    {
        var now = machine.GetUtcNow();
        if (known.TryGetValue(accountId, out var last) && now - last.At < Kept)
        {
            return last.Rows;
        }

        await using var db = database.Read(accountId);
        var rows = await AlertScope.Shown(db.Alerts.Where(alert => alert.AccountId == accountId), clock.Now)
            .GroupBy(alert => new { alert.VirtualAccountId, alert.Level })
            .Select(group => new Row(group.Key.VirtualAccountId, group.Key.Level, group.Count()))
            .ToListAsync(cancellation);
        if (rows.Sum(row => row.Count) >= VeryMany)
        {
            known[accountId] = new Counted(now, rows);
        }
        else
        {
            known.TryRemove(accountId, out _);
        }

        return rows;
    }

    private static AlertCounts Sum(IEnumerable<(AlertLevel Level, int Count)> counts)
    {
        var ofLevel = counts.ToLookup(row => row.Level, row => row.Count);
        return new AlertCounts(ofLevel[AlertLevel.Major].Sum(), ofLevel[AlertLevel.Minor].Sum(), ofLevel[AlertLevel.Informational].Sum());
    }
}
