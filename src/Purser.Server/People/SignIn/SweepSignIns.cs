using Microsoft.EntityFrameworkCore;
using Purser.Server.Jobs;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>Forgets sessions, access tokens, codes and refresh tokens that have ended, and what the sign-in log has kept long enough.</summary>
public sealed class SweepSignIns(Database database, TimeProvider machine, PurserSettings settings) : IJob
{
    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var now = machine.GetUtcNow();
        var idleSince = now.AddMinutes(-settings.Security.SessionIdleMinutes);
        var keptSince = now.AddDays(-settings.Security.SignInLogDays);
        var (sessions, tokens, entries) = (0, 0, 0);
        await database.WriteAsync(
            async db =>
            {
                sessions = await db.Sessions.Where(row => row.ExpiresAt <= now || row.LastSeenAt <= idleSince).ExecuteDeleteAsync(cancellation);
                entries = await db.SignInEntries.Where(row => row.At <= keptSince).ExecuteDeleteAsync(cancellation);
                tokens = await db.AccessTokens.Where(row => row.ExpiresAt <= now).ExecuteDeleteAsync(cancellation)
                    + await db.Delegations.Where(row => row.ExpiresAt <= now).ExecuteDeleteAsync(cancellation);
            },
            cancellation);
        return $"{sessions} sessions, {tokens} tokens and {entries} entries of the sign-in log forgotten";
    }
}
