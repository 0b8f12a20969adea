using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People.OAuth;

/// <summary>Who is behind an access token: a client asks for the e-mail address after an authorization_code grant (API reference 2.1).</summary>
public sealed class UserInfo(Database database)
{
    private static readonly string[] Addresses = ["/idp/userinfo.openid", "/oauth2/default/v1/userinfo"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var address in Addresses)
        {
            routes.MapMethods(address, ["GET", "POST"], async (HttpContext context, UserInfo info) =>
                TypedResults.Json(await info.HandleAsync(context.Actor(), context.RequestAborted))).Requires(Permission.SignedIn).ExcludeFromDescription();
        }
    }

    /// <summary>A program by itself has a name and no address.</summary>
    public async Task<Dictionary<string, string>> HandleAsync(Actor actor, CancellationToken cancellation)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["sub"] = actor.Key, ["name"] = actor.Name };
        if (actor.Kind == ActorKind.Person)
        {
            await using var db = database.Read();
            facts["email"] = await db.Users.Where(row => row.Id == actor.Id).Select(row => row.Email).FirstOrDefaultAsync(cancellation) ?? "";
        }

        return facts;
    }
}
