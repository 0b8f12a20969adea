using Microsoft.EntityFrameworkCore;
using Purser.Server.Jobs;
using Purser.Server.Jobs.Retention;
using Purser.Server.Store;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>The delivery log is kept for 30 days.</summary>
public sealed class ForgetDeliveries(Database database, DomainClock clock) : IJob
{
    public const string Name = "alerts.forget-deliveries";

    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public Task<string> RunAsync(CancellationToken cancellation)
    {
        var before = clock.Now - Kept;
        return RetentionSlices.DeleteAsync(
            database, db => db.WebhookDeliveries.Where(row => row.State != DeliveryState.Waiting && row.CreatedAt <= before).OrderBy(row => row.CreatedAt), "deliveries", cancellation);
    }
}
