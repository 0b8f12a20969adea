using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Notification preferences: of which kinds somebody gets mails. What waits is on her page in any case (SA-12).</summary>
public sealed class ChooseNotices(WritePath writePath, Database database)
{
    public const string Name = "notifications.choose";

    /// <param name="ByMail">The kinds that are mailed; all others are not.</param>
    public sealed record Input(IReadOnlyList<NoticeKind> ByMail);

    public sealed record Answer(IReadOnlyList<NoticeKind> ByMail);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/me/notification-preferences", async (ChooseNotices choose, HttpContext context) =>
                TypedResults.Ok(await choose.ShowAsync(context.Actor().Id, context.RequestAborted)))
            .Requires(Permission.SignedIn).WithSummary("Show of which notifications you get mails").WithTags("Notifications");
        routes.MapPut("/api/v1/me/notification-preferences", async (Input input, ChooseNotices choose, HttpContext context) =>
                (await choose.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp())
            .Requires(Permission.SignedIn).WithSummary("Choose of which notifications you get mails").WithTags("Notifications");
    }

    public async Task<Answer> ShowAsync(long personId, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var muted = await db.NoticeMutes.Where(row => row.PersonId == personId).Select(row => row.Kind).ToListAsync(cancellation);
        return new Answer([.. Enum.GetValues<NoticeKind>().Except(muted)]);
    }

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (command.Actor.Kind != ActorKind.Person)
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "Notifications are for people.");
        }

        return await writePath.RunAsync<Done>(command, async scope =>
        {
            var known = await scope.Db.NoticeMutes.Where(row => row.PersonId == command.Actor.Id).ToListAsync(cancellation);
            var wanted = Enum.GetValues<NoticeKind>().Except(input.ByMail).ToHashSet();
            scope.Db.NoticeMutes.RemoveRange(known.Where(row => !wanted.Contains(row.Kind)));
            scope.Db.NoticeMutes.AddRange(wanted.Where(kind => !known.Exists(row => row.Kind == kind)).Select(kind => new NoticeMute { PersonId = command.Actor.Id, Kind = kind }));
            return Verdict.Done;
        }, cancellation);
    }
}
