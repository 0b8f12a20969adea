using Purser.Server.Commands;
using Purser.Server.People;

namespace Purser.Server.Alerts;

/// <summary>Which alerts of an account a person may see: the account's own, and those of the virtual accounts within reach (domain rules 10.1).</summary>
public static class AlertScope
{
    public static IQueryable<Alert> Limit(IQueryable<Alert> alerts, Actor reader, long accountId)
    {
        var reach = reader.ReachOf(Permission.AlertView, accountId);
        var mine = alerts.Where(alert => alert.AccountId == accountId);
        return reach.IsWhole ? mine
            : reach.Any ? mine.Where(alert => alert.VirtualAccountId == null || reach.VirtualAccountIds.Contains(alert.VirtualAccountId.Value))
            : mine.Where(alert => false);
    }

    /// <summary>Those about which something may be done; see <see cref="May"/>.</summary>
    public static IQueryable<Alert> Within(IQueryable<Alert> alerts, Actor actor, long accountId, Permission permission)
    {
        var reach = actor.ReachOf(permission, accountId);
        return reach.IsWhole ? alerts : alerts.Where(alert => alert.VirtualAccountId != null && reach.VirtualAccountIds.Contains(alert.VirtualAccountId.Value));
    }

    /// <summary>Open, and not put off by "Remind later".</summary>
    public static IQueryable<Alert> Shown(IQueryable<Alert> alerts, DateTimeOffset now) =>
        alerts.Where(alert => alert.State == AlertState.Open && (alert.HiddenUntil == null || alert.HiddenUntil <= now));

    /// <summary>May this be done about an alert? Alerts of the account itself need the right in the whole account.</summary>
    public static bool May(Actor actor, Alert alert, AlertAction action)
    {
        var reach = actor.ReachOf(AlertCatalogue.PermissionFor(action), alert.AccountId);
        return alert.VirtualAccountId is { } virtualAccountId ? reach.Covers(virtualAccountId) : reach.IsWhole;
    }
}
