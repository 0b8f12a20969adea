using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Alerts;

/// <summary>
/// Dismiss and remind later (AL-02): both act for the whole account, unless the setting makes them personal, and change no quantity (domain rules 10.4).
/// The audit keeps who did it and when.
/// </summary>
public sealed class ActOnAlert(WritePath writePath, ExpiryPeriods periods, AlertHidings hidings)
{
    public sealed record Input(long AlertId);

    public Task<Verdict<AlertLine>> DismissAsync(Command command, long alertId, CancellationToken cancellation) =>
        RunAsync(command, alertId, AlertAction.Dismiss, cancellation);

    public Task<Verdict<AlertLine>> RemindLaterAsync(Command command, long alertId, CancellationToken cancellation) =>
        RunAsync(command, alertId, AlertAction.RemindLater, cancellation);

    private Task<Verdict<AlertLine>> RunAsync(Command command, long alertId, AlertAction action, CancellationToken cancellation) =>
        writePath.RunAsync(command, scope => DecideAsync(scope, command.Accounts[0], alertId, action, cancellation), cancellation);

    private async Task<Verdict<AlertLine>> DecideAsync(WriteScope scope, long accountId, long alertId, AlertAction action, CancellationToken cancellation)
    {
        var alert = await AlertScope.Limit(scope.Db.Alerts, scope.Actor, accountId).FirstOrDefaultAsync(row => row.Id == alertId, cancellation);
        if (alert is null)
        {
            return Verdict.Refused(RefusalCode.NotFound, $"There is no alert {alertId} that you can see.");
        }

        if (Judge(scope.Actor, alert, action) is { } refusal)
        {
            return refusal;
        }

        var until = await ActAsync(scope, alert, action);
        return ListAlerts.Line(alert, scope.Actor, await SourceNames.LoadAsync(scope.Db, accountId, cancellation), scope.Now) with { HiddenUntil = until };
    }

    internal static bool Allows(AlertRule rule, AlertAction action) => action == AlertAction.Dismiss ? rule.CanBeDismissed : rule.Allows(action);

    /// <returns>Until when it is hidden; null: it is dismissed.</returns>
    internal async Task<DateTimeOffset?> ActAsync(WriteScope scope, Alert alert, AlertAction action)
    {
        DateTimeOffset? until = action == AlertAction.Dismiss ? null : Reminder.Until(AlertCatalogue.Of(alert.Kind).Reminds, scope.Now, alert.DueAt, periods);
        if (hidings.ArePersonal)
        {
            await AlertHidings.HideAsync(scope, alert, until);
        }
        else if (until is null)
        {
            scope.Alerts(alert.AccountId).Close(alert, AlertState.Dismissed, scope.Actor.ShownName);
        }
        else
        {
            alert.HiddenUntil = until;
        }

        return until;
    }

    internal static Refusal? Judge(Actor actor, Alert alert, AlertAction action)
    {
        var rule = AlertCatalogue.Of(alert.Kind);
        if (!Allows(rule, action))
        {
            return Verdict.Refused(
                RefusalCode.Conflict,
                $"\"{rule.Title}\" cannot be {(action == AlertAction.Dismiss ? "dismissed" : "put off")}. It closes {rule.Clears}.");
        }

        if (!AlertScope.May(actor, alert, action))
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "You can see this alert but not act on it. Ask an administrator of this Smart Account.");
        }

        return alert.State == AlertState.Open ? null : Verdict.Refused(RefusalCode.Conflict, "This alert is closed already.");
    }
}
