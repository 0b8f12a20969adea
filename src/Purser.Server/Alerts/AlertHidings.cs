using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Alerts;

/// <summary>An alert that one person, or program, put off or dismissed for herself; for the others it is there.</summary>
public sealed class AlertHiding : ITenantRow
{
    public long AccountId { get; set; }

    /// <summary>Whose: <see cref="Actor.Key"/>.</summary>
    public required string HolderKey { get; set; }
    public long AlertId { get; set; }

    /// <summary>Null: for good, as long as the occurrence lasts.</summary>
    public DateTimeOffset? Until { get; set; }
}

/// <summary>The other reading of "Remind Later" and "Dismiss": each acts for who does it, not for the whole account (domain rules 10.4, <c>Alerts:PersonalHide</c>).</summary>
public sealed class AlertHidings(PurserSettings settings)
{
    public bool ArePersonal => settings.Alerts.PersonalHide;

    /// <summary>Without those that the reader has hidden from herself.</summary>
    /// <param name="alsoPutOff">Those that come back are listed; those dismissed are not.</param>
    public IQueryable<Alert> Without(PurserContext db, IQueryable<Alert> alerts, Actor reader, DateTimeOffset now, bool alsoPutOff = false)
    {
        var key = reader.Key;
        return !ArePersonal ? alerts
            : alsoPutOff ? alerts.Where(alert => !db.AlertHidings.Any(row => row.AccountId == alert.AccountId && row.HolderKey == key && row.AlertId == alert.Id && row.Until == null))
            : alerts.Where(alert => !db.AlertHidings.Any(row =>
                row.AccountId == alert.AccountId && row.HolderKey == key && row.AlertId == alert.Id && (row.Until == null || row.Until > now)));
    }

    /// <summary>Those that the reader does not see just now.</summary>
    public static IQueryable<Alert> Of(PurserContext db, IQueryable<Alert> alerts, Actor reader, DateTimeOffset now)
    {
        var key = reader.Key;
        return alerts.Where(alert => db.AlertHidings.Any(row =>
            row.AccountId == alert.AccountId && row.HolderKey == key && row.AlertId == alert.Id && (row.Until == null || row.Until > now)));
    }

    /// <param name="until">Null: for good.</param>
    public static async Task HideAsync(WriteScope scope, Alert alert, DateTimeOffset? until)
    {
        if (await scope.Db.AlertHidings.FindAsync(alert.AccountId, scope.Actor.Key, alert.Id) is not { } row)
        {
            row = new AlertHiding { AccountId = alert.AccountId, HolderKey = scope.Actor.Key, AlertId = alert.Id };
            scope.Db.AlertHidings.Add(row);
        }

        row.Until = until;
    }

    /// <summary>Alerts that became more severe show again to who had put them off.</summary>
    public static Task ShowAgainAsync(PurserContext db, long accountId, IReadOnlyCollection<long> alerts, CancellationToken cancellation) => db.AlertHidings
        .Where(row => row.AccountId == accountId && alerts.Contains(row.AlertId) && row.Until != null).ExecuteDeleteAsync(cancellation);
}
