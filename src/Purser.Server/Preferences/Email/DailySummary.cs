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
    private const int MostAlerts = 5000;

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
            var names = await SourceNames.LoadAsync(scope.Db, accountId, cancellation);
            var due = await scope.Db.DailyMails.Where(row => row.AccountId == accountId && row.NextAt <= now).OrderBy(row => row.PersonId).Take(PeopleAtOnce).ToListAsync(cancellation);
            if (await scope.Db.MailMarks.FirstOrDefaultAsync(row => row.AccountId == accountId, cancellation) is not { } mark || due.Count == 0)
            {
                return 0;
            }

            var begin = due.Min(row => row.LastTelling);
            var alerts = await scope.Db.Alerts.Where(row => row.AccountId == accountId && row.ToldIn > begin && row.ToldIn <= mark.Telling)
                .OrderBy(row => row.SortKey).ThenBy(row => row.Id).Take(MostAlerts).ToListAsync(cancellation);
            var mailed = 0;
            foreach (var row in due)
            {
                if (subscribers.TryGetValue(row.PersonId, out var subscriber) && NewsOf(subscriber, row, alerts, names, accountId, scope.Now) is { Count: > 0 } news)
                {
                    outbox.Post(scope, mails.Daily(subscriber.Email, account, news));
                    mailed++;
                }

                row.LastTelling = mark.Telling;
                row.NextAt = DailySummaryTime.NextAfter(now, settings.Mail.SummaryZone, settings.Mail.SummaryTime);
            }

            return mailed;
        }, cancellation);
        return verdict.IsOk ? verdict.Value : throw new InvalidOperationException($"The daily summary of account {accountId} could not be written: {verdict.Refusal}");
    }

    private static List<News> NewsOf(Subscriber subscriber, DailyMail row, List<Alert> alerts, SourceNames names, long accountId, DateTimeOffset now) =>
    [
        .. alerts.Where(alert => alert.ToldIn > row.LastTelling && subscriber.Topics.Contains(MailTopics.Of(alert.Kind)) && subscriber.Sees(accountId, alert.VirtualAccountId))
            .Select(alert => NewsMail.Of(alert, names.Of(alert.VirtualAccountId), now)),
    ];
}
