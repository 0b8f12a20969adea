using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Jobs.Retention;

/// <summary>Access tokens that have expired; revoked ones go at the same time.</summary>
public sealed class ForgetAccessTokens(Database database, TimeProvider machine) : IJob
{
    public const string Name = "retention.access-tokens";

    public Task<string> RunAsync(CancellationToken cancellation)
    {
        var now = machine.GetUtcNow();
        return RetentionSlices.DeleteAsync(database, db => db.AccessTokens.Where(row => row.ExpiresAt <= now).OrderBy(row => row.ExpiresAt), "tokens", cancellation);
    }
}
