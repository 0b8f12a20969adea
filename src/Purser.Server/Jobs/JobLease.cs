using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Jobs;

/// <summary>A job while this node works on it.</summary>
public sealed class JobLease : IAsyncDisposable
{
    private const int LongestResult = 500;

    private readonly Database database;
    private readonly string job;
    private readonly string holder;
    private readonly CancellationTokenSource ended = new();
    private readonly Task renewal;
    private bool isClosed;

    internal JobLease(JobLeases leases, Database database, TimeProvider machine, string job, string holder, TimeSpan renewEvery)
    {
        this.database = database;
        this.job = job;
        this.holder = holder;
        renewal = RenewAsync(leases, machine, renewEvery);
    }

    /// <summary>Writes down what came of it and gives the job back. Nothing is written if another node took it over meanwhile.</summary>
    public async Task CloseAsync(DateTimeOffset ranAt, DateTimeOffset nextDueAt, JobOutcome outcome)
    {
        isClosed = true;
        var text = JobResultText.Write(outcome);
        await database.WriteAsync(db => Mine(db).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.LeasedBy, "")
            .SetProperty(row => row.LeasedUntil, DateTimeOffset.UnixEpoch)
            .SetProperty(row => row.LastRunAt, ranAt)
            .SetProperty(row => row.NextDueAt, nextDueAt)
            .SetProperty(row => row.LastResult, text.Length <= LongestResult ? text : text[..LongestResult])));
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ended.Dispose();
        if (!isClosed)
        {
            // The server stops in the middle of the job: any node may take it up at once.
            await database.WriteAsync(db => Mine(db).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.LeasedBy, "").SetProperty(row => row.LeasedUntil, DateTimeOffset.UnixEpoch)));
        }
    }

    private IQueryable<JobRow> Mine(PurserContext db) => db.Jobs.Where(row => row.Name == job && row.LeasedBy == holder);

    private async Task RenewAsync(JobLeases leases, TimeProvider machine, TimeSpan every)
    {
        using var timer = new PeriodicTimer(every, machine);
        while (await timer.WaitForNextTickAsync(ended.Token))
        {
            await leases.RenewAsync(job, holder, ended.Token);
        }
    }
}
