using Purser.Server.Jobs;
using Purser.Server.Jobs.Retention;
using Purser.Server.Store;

namespace Purser.Server.Usage.Push;

/// <summary>Nonces of messages that are too old to be taken go, and answers that nobody polled for in 30 days.</summary>
public sealed class ForgetPushes(Database database, DomainClock clock) : IJob
{
    public const string Name = "usage.forget-pushes";

    /// <summary>A message counts a quarter of an hour before and after its time; twice that would do.</summary>
    public static readonly TimeSpan NoncesKept = TimeSpan.FromHours(1);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var (nonces, files) = (clock.Now - NoncesKept, clock.Now - ForgetExchanges.Kept);
        var first = await RetentionSlices.DeleteAsync(database, db => db.PushNonces.Where(row => row.At <= nonces).OrderBy(row => row.At), "nonces", cancellation);
        var second = await RetentionSlices.DeleteAsync(database, db => db.PushedFiles.Where(row => row.Reply != null && row.At <= files).OrderBy(row => row.At), "answers", cancellation);
        return $"{first}; {second}";
    }
}
