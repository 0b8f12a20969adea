using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;

namespace Purser.Server.People.SignIn;

/// <summary>Ends whatever somebody has open: sessions, access tokens, codes and refresh tokens. Always inside a command's scope.</summary>
internal static class EndSignIns
{
    public static async Task OfAsync(WriteScope scope, long personId, BearerTokens tokens, CancellationToken cancellation)
    {
        scope.Db.Sessions.RemoveRange(await scope.Db.Sessions.Where(row => row.PersonId == personId).ToListAsync(cancellation));
        foreach (var token in await scope.Db.AccessTokens.Where(row => row.PersonId == personId && row.RevokedAt == null).ToListAsync(cancellation))
        {
            token.RevokedAt = scope.Now;
        }

        scope.Db.Delegations.RemoveRange(await scope.Db.Delegations.Where(row => row.PersonId == personId).ToListAsync(cancellation));
        scope.AfterCommit(tokens.Forget);
    }
}
