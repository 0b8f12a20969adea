using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Alerts;

/// <summary>
/// Dismiss and remind later (AL-02): both act for the whole account and change no quantity (domain rules 10.4). The audit keeps who did it and when.
/// </summary>
public sealed class ActOnAlert(WritePath writePath, ExpiryPeriods periods)
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

        if (action == AlertAction.Dismiss)
        {
            scope.Alerts(accountId).Close(alert, AlertState.Dismissed, scope.Actor.ShownName);
        }
        else
        {
            alert.HiddenUntil = Reminder.Until(AlertCatalogue.Of(alert.Kind).Reminds, scope.Now, alert.DueAt, periods);
        }

        return ListAlerts.Line(alert, scope.Actor, await SourceNames.LoadAsync(scope.Db, accountId, cancellation), scope.Now);
    }

    private static Refusal? Judge(Actor actor, Alert alert, AlertAction action)
    {
        var rule = AlertCatalogue.Of(alert.Kind);
        if (!(action == AlertAction.Dismiss ? rule.CanBeDismissed : rule.Allows(action)))
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
