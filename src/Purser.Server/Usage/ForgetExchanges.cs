using Purser.Server.Jobs;
using Purser.Server.Jobs.Retention;
using Purser.Server.Store;

namespace Purser.Server.Usage;

/// <summary>Answers that nobody polled for in 30 days go. The acknowledgement itself can always be made again.</summary>
public sealed class ForgetExchanges(Database database, DomainClock clock) : IJob
{
    public const string Name = "usage.forget-answers";

    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public Task<string> RunAsync(CancellationToken cancellation)
    {
        var before = clock.Now - Kept;
        return RetentionSlices.DeleteAsync(database, db => db.UsageExchanges.Where(row => row.At <= before).OrderBy(row => row.At), "answers", cancellation);
    }
}
