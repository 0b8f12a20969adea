using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Preferences;

/// <summary>What people are mailed of when virtual accounts go to another Smart Account (SA-15, RP-03).</summary>
internal static class NewsMove
{
    /// <summary>
    /// Before alerts go: an account counts its tellings for itself. Over there they are no news; those that wait for a daily summary here wait for
    /// the next one over there.
    /// </summary>
    public static async Task AlertsAsync(WriteScope scope, long from, long into, IReadOnlyCollection<long> places, CancellationToken cancellation)
    {
        var db = scope.Db;
        var (waiting, telling) = (long.MaxValue, 0L);
        if (await db.DailyMails.Where(row => row.AccountId == from).MinAsync(row => (long?)row.LastTelling, cancellation) is { } last)
        {
            var mark = await MailMarks.OfAsync(scope, into, cancellation);
            (waiting, telling) = (last, ++mark.Telling);
        }

        await db.Alerts.Where(row => row.AccountId == from && row.VirtualAccountId != null && places.Contains(row.VirtualAccountId.Value))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ToldIn, row => (long?)(row.ToldIn > waiting ? telling : 0)), cancellation);
    }

    /// <summary>Of a whole account: who chose mails there is mailed of the same here, beside what she chose here. The closed account's choices stay with it.</summary>
    /// <returns>Of how many people.</returns>
    public static async Task<int> RunAsync(MergerAct act, CancellationToken cancellation)
    {
        var (db, from, into) = (act.Db, act.From.Id, act.Into.Id);
        var chosen = await db.MailSubscriptions.Where(row => row.AccountId == from).ToListAsync(cancellation);
        if (chosen.Count == 0)
        {
            return 0;
        }

        var mark = await MailMarks.OfAsync(act.Scope, into, cancellation);
        var there = await db.MailSubscriptions.Where(row => row.AccountId == into).ToListAsync(cancellation);
        foreach (var choice in chosen.ExceptBy(there.Select(row => (row.PersonId, row.Topic)), row => (row.PersonId, row.Topic)))
        {
            db.MailSubscriptions.Add(new MailSubscription { AccountId = into, PersonId = choice.PersonId, Topic = choice.Topic });
            act.Remember(MergedKind.MailSubscription, choice.PersonId, (long)choice.Topic);
        }

        // At once or in a summary: as she chose here, if she chose anything here.
        var mine = there.Select(row => row.PersonId).ToHashSet();
        foreach (var daily in await db.DailyMails.Where(row => row.AccountId == from && !mine.Contains(row.PersonId)).ToListAsync(cancellation))
        {
            if (await db.DailyMails.AnyAsync(row => row.AccountId == into && row.PersonId == daily.PersonId, cancellation))
            {
                continue;
            }

            // The telling of this merger holds what waits for her.
            db.DailyMails.Add(new DailyMail { AccountId = into, PersonId = daily.PersonId, NextAt = daily.NextAt, LastTelling = mark.Telling - 1 });
            act.Remember(MergedKind.DailyMail, daily.PersonId);
        }

        await db.SaveChangesAsync(cancellation);
        return chosen.Select(row => row.PersonId).Distinct().Count();
    }

    /// <summary>After the alerts have gone back: what waits for a summary waits for those who lose it here.</summary>
    public static async Task UndoAsync(MergerAct act, CancellationToken cancellation)
    {
        var things = await act.Db.MergedThings.Where(row => row.MergerId == act.Merger.Id).ToListAsync(cancellation);
        foreach (var thing in things.Where(thing => thing.Kind == MergedKind.MailSubscription))
        {
            var topic = (MailTopic)thing.OtherId;
            await act.Db.MailSubscriptions.Where(row => row.AccountId == act.Into.Id && row.PersonId == thing.Id && row.Topic == topic).ExecuteDeleteAsync(cancellation);
        }

        var daily = things.Where(thing => thing.Kind == MergedKind.DailyMail).Select(thing => thing.Id).ToList();
        await act.Db.DailyMails.Where(row => row.AccountId == act.Into.Id && daily.Contains(row.PersonId)).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>The merger is final.</summary>
    public static async Task ForgetAsync(PurserContext db, long account, CancellationToken cancellation)
    {
        await db.MailSubscriptions.Where(row => row.AccountId == account).ExecuteDeleteAsync(cancellation);
        await db.DailyMails.Where(row => row.AccountId == account).ExecuteDeleteAsync(cancellation);
    }
}
