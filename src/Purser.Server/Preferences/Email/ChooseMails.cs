using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Preferences;

/// <summary>"Email Notification": which alerts and events of a Smart Account somebody is mailed of (RP-03; help ch. 9: each user has settings of her own).</summary>
public sealed class ChooseMails(WritePath writePath, Database database, PurserSettings settings)
{
    public const string Name = "mails.choose";

    /// <param name="Topics">The whole selection; what is left out is not mailed.</param>
    /// <param name="DailySummary">The selected alerts come once a day in one mail instead of at once.</param>
    public sealed record Input(IReadOnlyList<MailTopic> Topics, bool DailySummary = false);

    /// <param name="EmailAddress">Where the mails go: the address of the sign-in.</param>
    public sealed record Answer(string EmailAddress, IReadOnlyList<MailTopic> Topics, bool DailySummary, DateTimeOffset? NextSummaryAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/accounts/{account}/email-notification", async (ChooseMails choose, HttpContext context) =>
                (await choose.ShowAsync(context.Actor(), context.Account().Id, context.RequestAborted)).ToHttp())
            .Requires(Permission.AlertView).WithSummary("Show which alerts and events of the account you are mailed of").WithTags("Preferences");
        routes.MapPut("/api/v1/accounts/{account}/email-notification", async (Input input, ChooseMails choose, HttpContext context) =>
                (await choose.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp())
            .Requires(Permission.AlertView).WithSummary("Choose which alerts and events of the account you are mailed of").WithTags("Preferences");
    }

    public async Task<Verdict<Answer>> ShowAsync(Actor actor, long accountId, CancellationToken cancellation = default)
    {
        if (actor.Kind != ActorKind.Person)
        {
            return ForPeople();
        }

        await using var db = database.Read(accountId);
        var email = await db.Users.Where(row => row.Id == actor.Id).Select(row => row.Email).FirstOrDefaultAsync(cancellation);
        var topics = await db.MailSubscriptions.Where(row => row.AccountId == accountId && row.PersonId == actor.Id).Select(row => row.Topic).ToListAsync(cancellation);
        var daily = await db.DailyMails.FirstOrDefaultAsync(row => row.AccountId == accountId && row.PersonId == actor.Id, cancellation);
        return new Answer(email ?? "", [.. topics.Order()], daily is not null, daily?.NextAt);
    }

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (command.Actor.Kind != ActorKind.Person)
        {
            return ForPeople();
        }

        if (input.Topics.Any(topic => !Enum.IsDefined(topic)))
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"Choose among {string.Join(", ", Enum.GetNames<MailTopic>())}.", nameof(input.Topics));
        }

        var (account, person) = (command.Accounts[0], command.Actor.Id);
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            var mark = await MailMarks.OfAsync(scope, account, cancellation);
            var known = await scope.Db.MailSubscriptions.Where(row => row.AccountId == account && row.PersonId == person).ToListAsync(cancellation);
            scope.Db.MailSubscriptions.RemoveRange(known.Where(row => !input.Topics.Contains(row.Topic)));
            scope.Db.MailSubscriptions.AddRange(input.Topics.Distinct().Except(known.Select(row => row.Topic))
                .Select(topic => new MailSubscription { AccountId = account, PersonId = person, Topic = topic }));
            await SetDailyAsync(scope, mark, person, input.DailySummary, cancellation);
            return Verdict.Done;
        }, cancellation);
    }

    private async Task SetDailyAsync(WriteScope scope, MailMark mark, long person, bool isWanted, CancellationToken cancellation)
    {
        var known = await scope.Db.DailyMails.FirstOrDefaultAsync(row => row.AccountId == mark.AccountId && row.PersonId == person, cancellation);
        if (isWanted && known is null)
        {
            scope.Db.DailyMails.Add(new DailyMail
            {
                AccountId = mark.AccountId,
                PersonId = person,
                LastTelling = mark.Telling,
                NextAt = DailySummaryTime.NextAfter(scope.Now, settings.Mail.SummaryZone, settings.Mail.SummaryTime),
            });
        }
        else if (!isWanted && known is not null)
        {
            scope.Db.DailyMails.Remove(known);
        }
    }

    private static Refusal ForPeople() => Verdict.Refused(RefusalCode.NotAllowed, "Mails are for people; programs have webhooks.");
}
