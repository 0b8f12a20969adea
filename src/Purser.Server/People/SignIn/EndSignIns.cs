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
            token.RevokedAt = scope.MachineNow;
        }

        scope.Db.Delegations.RemoveRange(await scope.Db.Delegations.Where(row => row.PersonId == personId).ToListAsync(cancellation));
        scope.AfterCommit(tokens.Forget);
    }

    /// <summary>The same for all who come by a sign-in source: there may be a hundred thousand.</summary>
    public static async Task OfSourceAsync(WriteScope scope, long sourceId, BearerTokens tokens, CancellationToken cancellation)
    {
        var now = scope.MachineNow;
        var people = scope.Db.Users.Where(row => row.SourceId == sourceId).Select(row => (long?)row.Id);
        await scope.Db.Sessions.Where(row => people.Contains(row.PersonId)).ExecuteDeleteAsync(cancellation);
        await scope.Db.AccessTokens.Where(row => row.RevokedAt == null && people.Contains(row.PersonId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, now), cancellation);
        await scope.Db.Delegations.Where(row => people.Contains(row.PersonId)).ExecuteDeleteAsync(cancellation);
        scope.AfterCommit(tokens.Forget);
    }
}
