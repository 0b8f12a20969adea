using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Http;
using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Metrics;

/// <summary>
/// Figures of the installation for a monitoring system (AL-04): open alerts of all Smart Accounts, what waits to be sent, jobs, the process.
/// Counted at most every 15 seconds, whoever asks how often.
/// </summary>
public sealed class ShowMetrics(Database database, ListJobs jobs, TimeProvider machine) : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim counting = new(1, 1);
    private (DateTimeOffset At, string Text)? known;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/metrics", async (ShowMetrics metrics, HttpContext context) =>
            TypedResults.Text(await metrics.HandleAsync(context.RequestAborted), MetricText.ContentType))
        .Requires(Permission.MetricsView).ExcludeFromDescription();

    public async Task<string> HandleAsync(CancellationToken cancellation = default)
    {
        await counting.WaitAsync(cancellation);
        try
        {
            var now = machine.GetUtcNow();
            if (known is not { } last || now - last.At >= Kept || now < last.At)
            {
                known = last = (now, await CountAsync(now, cancellation));
            }

            return last.Text;
        }
        finally
        {
            counting.Release();
        }
    }

    public void Dispose() => counting.Dispose();

    private async Task<string> CountAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var alerts = await db.Alerts.Where(alert => alert.State == AlertState.Open)
            .GroupBy(alert => new { alert.Level, alert.Kind }).Select(group => new { group.Key.Level, group.Key.Kind, Count = group.Count() }).ToListAsync(cancellation);
        var deliveries = await db.WebhookDeliveries.GroupBy(row => row.State).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellation);
        var mails = await db.Mails.GroupBy(row => row.State).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellation);
        var plans = await jobs.HandleAsync(cancellation);
        var text = new MetricText()
            .Add("purser_alerts_open", "gauge", "Open alerts of all Smart Accounts.", alerts
                .OrderBy(row => row.Level).ThenBy(row => row.Kind).Select(row => (Labels(("level", row.Level.ToString()), ("kind", row.Kind.ToString())), (double)row.Count)))
            .Add("purser_webhook_deliveries", "gauge", "Webhook deliveries in the log, by state.", deliveries.OrderBy(row => row.Key).Select(row => (Labels(("state", row.Key.ToString())), (double)row.Count)))
            .Add("purser_mails", "gauge", "Mails in the outbox, by state.", mails.OrderBy(row => row.Key).Select(row => (Labels(("state", row.Key.ToString())), (double)row.Count)))
            .Add("purser_job_failed", "gauge", "1 where the last run of a background job failed.", plans.Select(job => (Labels(("job", job.Name)), job.LastFailed ? 1d : 0d)))
            .Add("purser_job_last_run_timestamp_seconds", "gauge", "When a background job ran last, by its own clock.", plans
                .Where(job => job.LastRunAt is not null).Select(job => (Labels(("job", job.Name)), (double)job.LastRunAt!.Value.ToUnixTimeSeconds())));
        return OfProcess(text, now).ToString();
    }

    private static MetricText OfProcess(MetricText text, DateTimeOffset now)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return text
            .Add("process_cpu_seconds_total", "counter", "Processor time of the server.", process.TotalProcessorTime.TotalSeconds)
            .Add("process_resident_memory_bytes", "gauge", "Memory of the server.", process.WorkingSet64)
            .Add("process_uptime_seconds", "gauge", "Since the server was started.", (now.UtcDateTime - process.StartTime.ToUniversalTime()).TotalSeconds)
            .Add("dotnet_gc_collections_total", "counter", "Garbage collections.", Enumerable.Range(0, GC.MaxGeneration + 1)
                .Select(generation => (Labels(("generation", FormattableString.Invariant($"{generation}"))), (double)GC.CollectionCount(generation))));
    }

    private static IReadOnlyList<(string Name, string Value)> Labels(params (string Name, string Value)[] labels) => labels;
}
