using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Jobs;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Preferences;

/// <summary>
/// The daily summary (RP-03; domain rules 12.8): the selected alerts since the last one, once even if this runs late or twice; a day without an
/// alert is a day without a mail.
/// </summary>
public sealed class DailySummary(
    Database database, WritePath writePath, ActorSource actors, TellNews tell, NewsMail mails, Outbox outbox, DomainClock clock, PurserSettings settings) : IJob
{
    public const string Name = "mails.daily-summary";

    private const int PeopleAtOnce = 500;

    public sealed record Input(DateTimeOffset DueUntil);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var now = clock.Now;
        await using var db = database.Read();
        var accounts = await db.DailyMails.IgnoreQueryFilters().Where(row => row.NextAt <= now).Select(row => row.AccountId).Distinct().ToListAsync(cancellation);
        var mailed = 0;
        foreach (var account in accounts)
        {
            // What was raised a moment ago belongs to this summary.
            await tell.HandleAsync(account, cancellation);
            mailed += await HandleAsync(account, now, cancellation);
        }

        return $"{mailed} summaries written";
    }

    private async Task<int> HandleAsync(long accountId, DateTimeOffset now, CancellationToken cancellation)
    {
        var subscribers = (await Subscriber.OfAsync(database, actors, accountId, cancellation)).Where(one => one.IsDaily).ToDictionary(one => one.Actor.Id);
        var command = new Command(Name, Actor.System, new Input(now)) { Accounts = [accountId], Ids = PeopleAtOnce };
        var verdict = await writePath.RunAsync<int>(command, async scope =>
        {
            var account = await scope.Db.Accounts.FirstAsync(row => row.Id == accountId, cancellation);
            var due = await scope.Db.DailyMails.Where(row => row.AccountId == accountId && row.NextAt <= now).OrderBy(row => row.PersonId).Take(PeopleAtOnce).ToListAsync(cancellation);
            if (await scope.Db.MailMarks.FirstOrDefaultAsync(row => row.AccountId == accountId, cancellation) is not { } mark || due.Count == 0)
            {
                return 0;
            }

            var news = await CollectAsync(scope.Db, accountId, due, subscribers, mark.Telling, scope.Now, cancellation);
            var mailed = 0;
            foreach (var row in due)
            {
                if (news.TryGetValue(row.PersonId, out var found) && found.Count > 0)
                {
                    outbox.Post(scope, mails.Daily(subscribers[row.PersonId].Email, account, found.First, found.Count));
                    mailed++;
                }

                row.LastTelling = mark.Telling;
                row.NextAt = DailySummaryTime.NextAfter(now, settings.Mail.SummaryZone, settings.Mail.SummaryTime);
            }

            return mailed;
        }, cancellation);
        return verdict.IsOk ? verdict.Value : throw new InvalidOperationException($"The daily summary of account {accountId} could not be written: {verdict.Refusal}");
    }

    /// <summary>For each person the most severe, which the mail tells, and how many there are: a day may have raised very many.</summary>
    private static async Task<Dictionary<long, Collected>> CollectAsync(
        PurserContext db, long accountId, List<DailyMail> due, IReadOnlyDictionary<long, Subscriber> subscribers, long telling, DateTimeOffset now, CancellationToken cancellation)
    {
        var names = await SourceNames.LoadAsync(db, accountId, cancellation);
        var readers = due.Where(row => subscribers.ContainsKey(row.PersonId)).ToDictionary(row => row, row => new Collected(subscribers[row.PersonId]));
        var begin = due.Min(row => row.LastTelling);
        var alerts = db.Alerts.AsNoTracking().Where(row => row.AccountId == accountId && row.ToldIn > begin && row.ToldIn <= telling);
        await foreach (var piece in ListAlerts.BySeverityThenDue.PiecesAsync(alerts, cancellation))
        {
            foreach (var alert in piece)
            {
                foreach (var (row, reader) in readers)
                {
                    if (alert.ToldIn > row.LastTelling && reader.Wants(alert))
                    {
                        reader.Add(alert, names, now);
                    }
                }
            }
        }

        return readers.ToDictionary(reader => reader.Key.PersonId, reader => reader.Value);
    }

    private sealed class Collected(Subscriber subscriber)
    {
        private readonly List<News> first = [];

        public IReadOnlyList<News> First => first;

        public int Count { get; private set; }

        public bool Wants(Alert alert) => subscriber.Topics.Contains(MailTopics.Of(alert.Kind)) && subscriber.Sees(alert.AccountId, alert.VirtualAccountId);

        public void Add(Alert alert, SourceNames names, DateTimeOffset now)
        {
            Count++;
            if (first.Count < NewsMail.Longest)
            {
                first.Add(NewsMail.Of(alert, names.Of(alert.VirtualAccountId), now));
            }
        }
    }
}
