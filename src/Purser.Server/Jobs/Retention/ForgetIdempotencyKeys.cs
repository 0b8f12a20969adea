using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Jobs.Retention;

/// <summary>Idempotency keys hold for a day.</summary>
public sealed class ForgetIdempotencyKeys(Database database, DomainClock clock) : IJob
{
    public const string Name = "retention.idempotency-keys";

    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public Task<string> RunAsync(CancellationToken cancellation)
    {
        var before = clock.Now - Kept;
        return RetentionSlices.DeleteAsync(
            database, db => db.IdempotencyRecords.Where(row => row.At <= before).OrderBy(row => row.At), "keys", cancellation);
    }
}
