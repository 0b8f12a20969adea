using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn.Log;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>A person's signed-in browsers: she sees them and ends them.</summary>
public sealed class Sessions(Database database, SignInLog log, TimeProvider machine, PurserSettings settings)
{
    public sealed record Item(string Id, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string RemoteAddress, string UserAgent, bool IsThisOne);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/me/sessions", async (Sessions sessions, HttpContext context) =>
                TypedResults.Ok(new { items = await sessions.ListOwnAsync(context.Actor(), context.RequestAborted) }))
            .Requires(Permission.SignedIn).WithSummary("List the browsers in which you are signed in").WithTags("Profile");
        routes.MapDelete("/api/v1/me/sessions/{session}", async (string session, Sessions sessions, HttpContext context) =>
                (await sessions.EndOwnAsync(context, session, thisOne: null)).ToHttp())
            .Requires(Permission.ProfileEdit).WithSummary("Sign a browser out").WithTags("Profile");
        routes.MapDelete("/api/v1/me/sessions", async (Sessions sessions, HttpContext context) =>
                (await sessions.EndOwnAsync(context, id: null, thisOne: null)).ToHttp())
            .Requires(Permission.ProfileEdit).WithSummary("Sign all browsers out").WithTags("Profile");
    }

    private async Task<IReadOnlyList<Item>> ListOwnAsync(Actor actor, CancellationToken cancellation) =>
        actor.Kind == ActorKind.Person ? await ListAsync(actor.Id, thisOne: null, cancellation) : [];

    /// <summary>Ends one session of hers, or with no id all but the present one, and says so in the sign-in log.</summary>
    public async Task<Verdict<Done>> EndOwnAsync(HttpContext context, string? id, string? thisOne)
    {
        if (context.Actor() is not { Kind: ActorKind.Person } actor)
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "Programs have no browsers.");
        }

        var ended = await EndAsync(actor.Id, id, thisOne, context.RequestAborted);
        if (ended.IsOk)
        {
            await log.WriteAsync(Caller.Of(context), SignInOutcome.BrowserEnded, actor.Id, id is null ? "All others" : "");
        }

        return ended;
    }

    public async Task<IReadOnlyList<Item>> ListAsync(long personId, string? thisOne, CancellationToken cancellation = default)
    {
        var now = machine.GetUtcNow();
        var idleSince = now.AddMinutes(-settings.Security.SessionIdleMinutes);
        await using var db = database.Read();
        var rows = await db.Sessions.Where(row => row.PersonId == personId && row.ExpiresAt > now && row.LastSeenAt > idleSince)
            .OrderByDescending(row => row.LastSeenAt).Take(100).ToListAsync(cancellation);
        return rows.ConvertAll(row => new Item(
            SessionStore.IdOf(row.KeyHash), row.CreatedAt, row.LastSeenAt, row.RemoteAddress, row.UserAgent, SessionStore.IdOf(row.KeyHash) == thisOne));
    }

    /// <summary>Ends one session, or with no id all but the present one.</summary>
    public async Task<Verdict<Done>> EndAsync(long personId, string? id, string? thisOne, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var hashes = (await db.Sessions.Where(row => row.PersonId == personId).Select(row => row.KeyHash).ToListAsync(cancellation))
            .Where(hash => id is null ? SessionStore.IdOf(hash) != thisOne : SessionStore.IdOf(hash) == id).ToList();
        if (id is not null && hashes.Count == 0)
        {
            return Verdict.Refused(RefusalCode.NotFound, "This session has ended already.");
        }

        await database.WriteAsync(
            write => write.Sessions.Where(row => row.PersonId == personId && hashes.Contains(row.KeyHash)).ExecuteDeleteAsync(cancellation), cancellation);
        return Verdict.Done;
    }

    /// <summary>The id of the session that this request belongs to.</summary>
    public static async Task<string?> ThisOneAsync(HttpContext context) =>
        (await context.AuthenticateAsync(IdentityConstants.ApplicationScheme)).Properties?.GetString(SessionStore.IdProperty);
}
