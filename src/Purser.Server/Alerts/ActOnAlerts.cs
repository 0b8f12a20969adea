using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Alerts;

/// <summary>
/// Dismiss and remind later for many alerts at once (AL-02): chosen ones, or those that a filter finds, a piece at a time. What cannot be done to one
/// of them does not hinder the others.
/// </summary>
public sealed class ActOnAlerts(WritePath writePath, ListAlerts list, ActOnAlert one, AlertHidings hidings)
{
    /// <summary>While they are written, the account's devices wait.</summary>
    public const int MostAtOnce = 500;

    /// <summary>Dismissed by a filter in one statement: about as long a wait as 500 one by one.</summary>
    public const int MostDismissed = 20_000;

    /// <param name="Alerts">Their numbers; or none, and the next ones that <paramref name="Filter"/> finds.</param>
    public sealed record Input(AlertAction Action, IReadOnlyList<long> Alerts, long? VirtualAccountId = null, AlertFilter? Filter = null);

    /// <param name="More">There are more that the filter finds: the same again acts on them.</param>
    public sealed record Answer(int Done, IReadOnlyList<RefusedItem> Refused, bool More);

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation)
    {
        if (input.Filter is null && input.Alerts is not { Count: > 0 and <= MostAtOnce })
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"Choose 1 to {MostAtOnce} alerts.", "alerts");
        }

        return await writePath.RunAsync<Answer>(
            command,
            scope => input is { Filter: not null, Action: AlertAction.Dismiss } && !hidings.ArePersonal
                ? DismissAsync(scope, command.Accounts[0], input, cancellation)
                : DecideAsync(scope, command.Accounts[0], input, cancellation),
            cancellation);
    }

    /// <summary>Those that a filter finds and about which this may be done: what cannot be dismissed must not stand in the way of what can.</summary>
    internal IQueryable<Alert> Meant(PurserContext db, Actor actor, long accountId, Input input)
    {
        var kinds = AlertCatalogue.Kinds.Where(kind => ActOnAlert.Allows(AlertCatalogue.Of(kind), input.Action)).ToList();
        return AlertScope.Within(list.Query(db, actor, accountId, input.VirtualAccountId, input.Filter!), actor, accountId, AlertCatalogue.PermissionFor(input.Action))
            .Where(alert => kinds.Contains(alert.Kind));
    }

    /// <summary>In one statement. Alerts stand in no audit, the filter does; who wants to hear of them is told by the triggers on the table.</summary>
    private async Task<Verdict<Answer>> DismissAsync(WriteScope scope, long accountId, Input input, CancellationToken cancellation)
    {
        var meant = Meant(scope.Db, scope.Actor, accountId, input);
        var (now, by) = ((DateTimeOffset?)scope.Now, scope.Actor.ShownName);
        var done = await ListAlerts.BySeverityThenDue.Sort(meant).Take(MostDismissed).ExecuteUpdateAsync(
            set => set.SetProperty(alert => alert.State, AlertState.Dismissed).SetProperty(alert => alert.ClosedAt, now)
                .SetProperty(alert => alert.ClosedBy, by).SetProperty(alert => alert.HiddenUntil, (DateTimeOffset?)null),
            cancellation);
        return new Answer(done, [], done == MostDismissed && await meant.AnyAsync(cancellation));
    }

    private async Task<Verdict<Answer>> DecideAsync(WriteScope scope, long accountId, Input input, CancellationToken cancellation)
    {
        var (alerts, more) = await FindAsync(scope, accountId, input, cancellation);
        var refused = new List<RefusedItem>();
        foreach (var alert in alerts)
        {
            if (ActOnAlert.Judge(scope.Actor, alert, input.Action) is { } refusal)
            {
                refused.Add(new RefusedItem(alert.Id, AlertCatalogue.Of(alert.Kind).Title, refusal.Code, refusal.Detail));
            }
            else
            {
                await one.ActAsync(scope, alert, input.Action);
            }
        }

        var done = alerts.Count - refused.Count;
        refused.AddRange(input.Alerts.Except(alerts.Select(alert => alert.Id)).Select(id => new RefusedItem(id, "", RefusalCode.NotFound, $"There is no alert {id} that you can see.")));
        return new Answer(done, refused, more);
    }

    private async Task<(List<Alert> Alerts, bool More)> FindAsync(WriteScope scope, long accountId, Input input, CancellationToken cancellation)
    {
        if (input.Filter is null)
        {
            var ids = input.Alerts.ToHashSet();
            return (await AlertScope.Limit(scope.Db.Alerts, scope.Actor, accountId).Where(alert => ids.Contains(alert.Id)).ToListAsync(cancellation), false);
        }

        var alerts = await ListAlerts.BySeverityThenDue.Sort(Meant(scope.Db, scope.Actor, accountId, input)).Take(MostAtOnce + 1).ToListAsync(cancellation);
        return ([.. alerts.Take(MostAtOnce)], alerts.Count > MostAtOnce);
    }
}
