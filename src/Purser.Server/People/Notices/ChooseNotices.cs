using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// Notification preferences (SA-12; domain rules 12.7: per person per account): of which kinds somebody gets mails. What waits is on her page in any
/// case.
/// </summary>
public sealed class ChooseNotices(WritePath writePath, Database database, AccountLookup accounts)
{
    public const string Name = "notifications.choose";

    /// <param name="Account">Domain or number of one of your Smart Accounts; null: what belongs to none, such as your own requests.</param>
    /// <param name="ByMail">The kinds that are mailed; all others are not.</param>
    public sealed record Input(string? Account, IReadOnlyList<NoticeKind> ByMail);

    /// <param name="Kinds">What can be chosen here.</param>
    public sealed record Answer(string? Account, IReadOnlyList<NoticeKind> Kinds, IReadOnlyList<NoticeKind> ByMail);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/me/notification-preferences", async (string? account, ChooseNotices choose, HttpContext context) =>
                (await choose.ShowAsync(context.Actor(), account, context.RequestAborted)).ToHttp())
            .Requires(Permission.SignedIn).WithSummary("Show of which notifications you get mails, for one Smart Account or for what belongs to none").WithTags("Notifications");
        routes.MapPut("/api/v1/me/notification-preferences", async (Input input, ChooseNotices choose, HttpContext context) =>
                (await choose.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp())
            .Requires(Permission.SignedIn).WithSummary("Choose of which notifications you get mails, for one Smart Account or for what belongs to none").WithTags("Notifications");
    }

    public async Task<Verdict<Answer>> ShowAsync(Actor actor, string? account, CancellationToken cancellation = default)
    {
        var place = await PlaceAsync(actor, account, cancellation);
        if (!place.IsOk)
        {
            return place.Refusal!;
        }

        await using var db = database.Read();
        var muted = await db.NoticeMutes.Where(row => row.PersonId == actor.Id && row.AccountId == place.Value).Select(row => row.Kind).ToListAsync(cancellation);
        var kinds = NoticeKinds.Mailed(place.Value, actor.IsStaff);
        return new Answer(account, kinds, [.. kinds.Except(muted)]);
    }

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var place = await PlaceAsync(command.Actor, input.Account, cancellation);
        if (!place.IsOk)
        {
            return place.Refusal!;
        }

        var (person, account) = (command.Actor.Id, place.Value);
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            var known = await scope.Db.NoticeMutes.Where(row => row.PersonId == person && row.AccountId == account).ToListAsync(cancellation);
            var wanted = NoticeKinds.Mailed(account, command.Actor.IsStaff).Except(input.ByMail).ToHashSet();
            scope.Db.NoticeMutes.RemoveRange(known.Where(row => !wanted.Contains(row.Kind)));
            scope.Db.NoticeMutes.AddRange(wanted.Where(kind => !known.Exists(row => row.Kind == kind))
                .Select(kind => new NoticeMute { PersonId = person, AccountId = account, Kind = kind }));
            return Verdict.Done;
        }, cancellation);
    }

    /// <summary>The account's number, or the installation's; one in which she has no role is not told from one that does not exist.</summary>
    private async Task<Verdict<long>> PlaceAsync(Actor actor, string? account, CancellationToken cancellation)
    {
        if (actor.Kind != ActorKind.Person)
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "Notifications are for people.");
        }

        if (string.IsNullOrWhiteSpace(account))
        {
            return AccountHead.Installation;
        }

        return await accounts.FindAsync(account, cancellation) is { } found && actor.Grants.Any(grant => grant.AccountId == found.Id)
            ? found.Id
            : Verdict.Refused(RefusalCode.NotFound, $"You have no role in a Smart Account '{account}'.", nameof(Input.Account));
    }
}
