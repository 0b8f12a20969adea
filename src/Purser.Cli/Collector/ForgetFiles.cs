using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Store;

namespace Purser.Cli.Collector;

/// <summary>What is done is kept for a while, for people who look and for product instances that ask again. What has no answer stays until it has.</summary>
internal sealed class ForgetFiles(CollectorStore store)
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public async Task RunAsync(CancellationToken cancel)
    {
        var before = store.Now - Kept;
        await using var db = store.Open();
        await db.Files.Where(file => file.AnsweredAt != null && file.AnsweredAt < before && file.NextDeliveryAt == null).ExecuteDeleteAsync(cancel);
        await db.Forwardings.Where(row => row.State == ForwardingState.Done && row.MadeAt < before).ExecuteDeleteAsync(cancel);
    }
}
