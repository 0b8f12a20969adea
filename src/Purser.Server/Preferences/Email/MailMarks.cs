using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;

namespace Purser.Server.Preferences;

internal static class MailMarks
{
    /// <summary>News begin with the first who wants them: what was there before is told to nobody.</summary>
    public static async Task<MailMark> OfAsync(WriteScope scope, long account, CancellationToken cancellation)
    {
        var mark = scope.Db.MailMarks.Local.FirstOrDefault(row => row.AccountId == account)
            ?? await scope.Db.MailMarks.FirstOrDefaultAsync(row => row.AccountId == account, cancellation);
        if (mark is not null && await scope.Db.MailSubscriptions.AnyAsync(row => row.AccountId == account, cancellation))
        {
            return mark;
        }

        if (mark is null)
        {
            mark = new MailMark { AccountId = account };
            scope.Db.MailMarks.Add(mark);
        }

        mark.AlertsSince = scope.Now;

        // A second can hold both: what was raised in it before now, and what will be.
        var telling = mark.Telling;
        await scope.Db.Alerts.Where(row => row.AccountId == account && row.RaisedAt == scope.Now && row.ToldIn == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ToldIn, telling), cancellation);

        mark.EventSeq = await scope.Db.Events.Where(row => row.AccountId == account).MaxAsync(row => (long?)row.Seq, cancellation) ?? 0;
        return mark;
    }
}
