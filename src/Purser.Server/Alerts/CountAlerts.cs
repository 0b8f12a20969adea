using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Alerts;

/// <summary>How many alerts of each level are shown.</summary>
public sealed record AlertCounts(int Major, int Minor, int Informational);

/// <summary>Counts of an account for the navigation, and of each virtual account for its picker; without an entry there are none.</summary>
public sealed record AlertSummary(AlertCounts Account, IReadOnlyDictionary<long, AlertCounts> VirtualAccounts);

/// <summary>Counts the alerts that a person sees (AL-03; domain rules 10.8).</summary>
public sealed class CountAlerts(Database database, DomainClock clock)
{
    public async Task<AlertSummary> HandleAsync(Actor actor, long accountId, CancellationToken cancellation)
    {
        await using var db = database.Read(accountId);
        var counts = await AlertScope.Shown(AlertScope.Limit(db.Alerts, actor, accountId), clock.Now)
            .GroupBy(alert => new { alert.VirtualAccountId, alert.Level })
            .Select(group => new { group.Key.VirtualAccountId, group.Key.Level, Count = group.Count() })
            .ToListAsync(cancellation);
        return new AlertSummary(
            Sum(counts.Select(row => (row.Level, row.Count))),
            counts.Where(row => row.VirtualAccountId is not null).GroupBy(row => row.VirtualAccountId!.Value)
                .ToDictionary(group => group.Key, group => Sum(group.Select(row => (row.Level, row.Count)))));
    }

    private static AlertCounts Sum(IEnumerable<(AlertLevel Level, int Count)> counts)
    {
        var ofLevel = counts.ToLookup(row => row.Level, row => row.Count);
        return new AlertCounts(ofLevel[AlertLevel.Major].Sum(), ofLevel[AlertLevel.Minor].Sum(), ofLevel[AlertLevel.Informational].Sum());
    }
}
