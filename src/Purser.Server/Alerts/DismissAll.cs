using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Alerts;

/// <summary>
/// Dismisses all alerts that a filter finds, as they were when the number was shown (AL-02): slice after slice, each a command of its own, so that the
/// account's devices never wait long. What was not reached in the time that a person waits for a page is left, and said.
/// </summary>
public sealed class DismissAll(Database database, TimeProvider machine, ListAlerts list, ActOnAlerts act)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="Dismissed">What would be dismissed.</param>
    /// <param name="Stay">What the filter finds besides: it cannot be dismissed, or not by this person.</param>
    public sealed record Figures(long Dismissed, long Stay);

    public sealed record Answer(long Done, bool More);

    public async Task<Figures> CountAsync(Actor actor, long account, AlertFilter filter, CancellationToken cancellation)
    {
        await using var db = database.Read(account);
        var all = await list.Query(db, actor, account, null, filter).LongCountAsync(cancellation);
        var meant = await act.Meant(db, actor, account, new ActOnAlerts.Input(AlertAction.Dismiss, [], Filter: filter)).LongCountAsync(cancellation);
        return new Figures(meant, all - meant);
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, AlertFilter filter, CancellationToken cancellation)
    {
        var (begin, done) = (machine.GetTimestamp(), 0L);
        var input = new ActOnAlerts.Input(AlertAction.Dismiss, [], Filter: filter);
        while (true)
        {
            // Every slice is another act: the answer of the first would be repeated under its key.
            var slice = await act.HandleAsync(command with { Input = input, IdempotencyKey = null }, input, cancellation);
            if (!slice.IsOk)
            {
                return slice.Refusal!;
            }

            done += slice.Value.Done;
            if (!slice.Value.More || machine.GetElapsedTime(begin) > Patience)
            {
                return new Answer(done, slice.Value.More);
            }
        }
    }
}
