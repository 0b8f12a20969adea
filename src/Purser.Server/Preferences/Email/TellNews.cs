using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.Jobs;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Preferences;

/// <summary>
/// Mails what is new since the last telling to those who chose it (RP-03), one mail a person however much it is. Alerts are told once per
/// occurrence, events by their numbers; the account's head is locked over it, so nothing is told twice and nothing is left out.
/// </summary>
public sealed class TellNews(Database database, WritePath writePath, ActorSource actors, NewsMail mails, Outbox outbox) : IJob
{
    public const string Name = "mails.tell";

    private const int AlertsAtOnce = 500;
    private const int EventsAtOnce = 5000;
    private const int PeopleAtOnce = 2000;

    public sealed record Input(int Alerts, long UpToEvent);

    private sealed record Due(List<long> Alerts, List<EventRow> Events, long UpToEvent)
    {
        public bool IsAny => Alerts.Count + Events.Count > 0;
    }

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        await using var db = database.Read();
        var accounts = await db.MailSubscriptions.IgnoreQueryFilters().Select(row => row.AccountId).Distinct().ToListAsync(cancellation);
        var mailed = 0;
        foreach (var account in accounts)
        {
            mailed += await HandleAsync(account, cancellation);
        }

        return $"{mailed} mails written";
    }

    /// <summary>Tells all that is new in an account; returns the number of mails.</summary>
    public async Task<int> HandleAsync(long accountId, CancellationToken cancellation = default)
    {
        var mailed = 0;
        for (;;)
        {
            var due = await FindAsync(accountId, cancellation);
            if (!due.IsAny)
            {
                return mailed;
            }

            mailed += await TellAsync(accountId, due, cancellation);
        }
    }

    private async Task<Due> FindAsync(long accountId, CancellationToken cancellation)
    {
        await using var db = database.Read(accountId);
        if (await db.MailMarks.FirstOrDefaultAsync(row => row.AccountId == accountId, cancellation) is not { } mark)
        {
            return new Due([], [], 0);
        }

        var kinds = MailTopics.AlertKinds;
        var alerts = await db.Alerts
            .Where(row => row.AccountId == accountId && row.ToldIn == null && row.RaisedAt >= mark.AlertsSince && row.State == AlertState.Open && kinds.Contains(row.Kind))
            .OrderBy(row => row.RaisedAt).Take(AlertsAtOnce).Select(row => row.Id).ToListAsync(cancellation);
        var (events, end) = await EventsAsync(db, accountId, mark.EventSeq, cancellation);
        if (events.Count == 0 && end > mark.EventSeq)
        {
            // What nobody is told of is passed over without a command: it would fill the audit with nothing.
            await database.WriteAsync(
                write => write.MailMarks.IgnoreQueryFilters().Where(row => row.AccountId == accountId && row.EventSeq < end)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.EventSeq, end), cancellation), cancellation);
        }

        return new Due(alerts, events, end);
    }

    private static async Task<(List<EventRow> Events, long End)> EventsAsync(PurserContext db, long accountId, long from, CancellationToken cancellation)
    {
        var kinds = MailTopics.EventKinds;
        for (var begin = from; ; begin += EventsAtOnce)
        {
            var last = begin + EventsAtOnce;
            var part = db.Events.Where(row => row.AccountId == accountId && row.Seq > begin && row.Seq <= last);
            var events = await part.Where(row => kinds.Contains(row.Kind)).OrderBy(row => row.Seq).ToListAsync(cancellation);
            var end = await part.MaxAsync(row => (long?)row.Seq, cancellation) ?? begin;
            if (events.Count > 0 || end < last)
            {
                return (events, end);
            }
        }
    }

    private async Task<int> TellAsync(long accountId, Due due, CancellationToken cancellation)
    {
        var subscribers = await Subscriber.OfAsync(database, actors, accountId, cancellation);
        var command = new Command(Name, Actor.System, new Input(due.Alerts.Count, due.UpToEvent)) { Accounts = [accountId], Ids = PeopleAtOnce };
        var told = await writePath.RunAsync<int>(command, async scope =>
        {
            var mark = await scope.Db.MailMarks.FirstAsync(row => row.AccountId == accountId, cancellation);
            var alerts = await scope.Db.Alerts.Where(row => row.AccountId == accountId && due.Alerts.Contains(row.Id) && row.ToldIn == null).ToListAsync(cancellation);
            var events = due.Events.Where(row => row.Seq > mark.EventSeq).ToList();
            mark.Telling++;
            mark.EventSeq = Math.Max(mark.EventSeq, due.UpToEvent);
            foreach (var alert in alerts)
            {
                alert.ToldIn = mark.Telling;
            }

            return await WriteAsync(scope, accountId, subscribers, alerts, events, cancellation);
        }, cancellation);
        return told.IsOk ? told.Value : throw new InvalidOperationException($"The news of account {accountId} could not be mailed: {told.Refusal}");
    }

    private async Task<int> WriteAsync(
        WriteScope scope, long accountId, IReadOnlyList<Subscriber> subscribers, List<Alert> alerts, List<EventRow> events, CancellationToken cancellation)
    {
        var account = await scope.Db.Accounts.FirstAsync(row => row.Id == accountId, cancellation);
        var names = await SourceNames.LoadAsync(scope.Db, accountId, cancellation);
        var mailed = 0;
        foreach (var subscriber in subscribers.Take(PeopleAtOnce))
        {
            var ofAlerts = alerts.Where(row => !subscriber.IsDaily && subscriber.Topics.Contains(MailTopics.Of(row.Kind)) && subscriber.Sees(accountId, row.VirtualAccountId))
                .OrderBy(row => row.Level).ThenBy(row => row.Id).Select(row => NewsMail.Of(row, names.Of(row.VirtualAccountId), scope.Now));
            var ofEvents = events.Where(row => subscriber.Topics.Contains(MailTopics.Of(row.Kind)) && subscriber.Sees(accountId, row.VirtualAccountId))
                .Select(row => new News(MailTopics.Of(row.Kind), row.Kind, names.Of(row.VirtualAccountId), row.Message, row.At));
            if (ofAlerts.Concat(ofEvents).ToList() is { Count: > 0 } news)
            {
                outbox.Post(scope, mails.AtOnce(subscriber.Email, account, news));
                mailed++;
            }
        }

        return mailed;
    }
}
