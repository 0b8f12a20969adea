using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Preferences;

namespace Purser.Server.Alerts;

/// <summary>Alerts go with their virtual accounts to another Smart Account (SA-15); their subjects are numbers that stay, their texts name the virtual account.</summary>
internal static class AlertMove
{
    /// <param name="renamed">Virtual account → its name before and after, where the name was taken over there.</param>
    public static async Task RunAsync(
        WriteScope scope, long from, long into, IReadOnlyCollection<long> places, IReadOnlyDictionary<long, (string Before, string After)> renamed,
        CancellationToken cancellation)
    {
        var db = scope.Db;
        await NewsMove.AlertsAsync(scope, from, into, places, cancellation);

        // What webhooks have not been told of yet is told where the alert lies.
        await db.AlertChanges.Where(change => change.AccountId == from
                && db.Alerts.Any(alert => alert.AccountId == from && alert.Id == change.AlertId && alert.VirtualAccountId != null && places.Contains(alert.VirtualAccountId.Value)))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.AlertHidings.Where(hiding => hiding.AccountId == from
                && db.Alerts.Any(alert => alert.AccountId == from && alert.Id == hiding.AlertId && alert.VirtualAccountId != null && places.Contains(alert.VirtualAccountId.Value)))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.Alerts.Where(row => row.AccountId == from && row.VirtualAccountId != null && places.Contains(row.VirtualAccountId.Value))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        foreach (var (place, names) in renamed)
        {
            foreach (var alert in await db.Alerts
                .Where(row => row.AccountId == into && row.VirtualAccountId == place && row.State == AlertState.Open).ToListAsync(cancellation))
            {
                alert.Message = alert.Message.Replace($"Virtual Account \"{names.Before}\"", $"Virtual Account \"{names.After}\"", StringComparison.Ordinal);
            }
        }
    }
}
