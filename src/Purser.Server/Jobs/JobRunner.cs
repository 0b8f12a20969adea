using Purser.Server.Store;

namespace Purser.Server.Jobs;

/// <summary>What came of a job that was due.</summary>
public sealed record JobOutcome(string Name, bool Failed, string Text);

/// <summary>
/// Runs what is due. Any number of nodes may do so at the same time: each job is claimed by its row in the database. A job that fails says so in
/// its row and in the log, and the others run all the same.
/// </summary>
public sealed class JobRunner(
    IEnumerable<JobPlan> plans, JobLeases leases, IServiceProvider services, DomainClock domain, TimeProvider machine, ILogger<JobRunner> log) : IDisposable
{
    // A failure is often a database that was away for a moment.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyList<JobPlan> plans = [.. plans.OrderBy(plan => plan.Name, StringComparer.Ordinal)];

    // Who moved the clock waits here for a run that has begun, so that all that fell due has been done when its own run ends.
    private readonly SemaphoreSlim turn = new(1, 1);

    public IReadOnlyList<JobPlan> Plans => plans;

    public DateTimeOffset NowOf(JobClock clock) => clock == JobClock.Domain ? domain.Now : machine.GetUtcNow();

    /// <summary>Runs every job that is due by its own clock.</summary>
    public Task<IReadOnlyList<JobOutcome>> RunDueAsync(CancellationToken cancellation = default) => RunDueAsync(only: null, cancellation);

    /// <summary>Runs the due jobs of one clock.</summary>
    public async Task<IReadOnlyList<JobOutcome>> RunDueAsync(JobClock? only, CancellationToken cancellation = default)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            var outcomes = new List<JobOutcome>();
            foreach (var plan in plans.Where(plan => only is null || plan.Clock == only))
            {
                if (await RunIfDueAsync(plan, cancellation) is { } outcome)
                {
                    outcomes.Add(outcome);
                }
            }

            return outcomes;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<JobOutcome?> RunIfDueAsync(JobPlan plan, CancellationToken cancellation)
    {
        await using var lease = await leases.TakeAsync(plan.Name, NowOf(plan.Clock), cancellation);
        if (lease is null)
        {
            return null;
        }

        var outcome = await RunAsync(plan, cancellation);
        var now = NowOf(plan.Clock);
        var pause = outcome.Failed && plan.Period > RetryAfter ? RetryAfter : plan.Period;
        await lease.CloseAsync(now, now + pause, outcome);
        return outcome;
    }

    private async Task<JobOutcome> RunAsync(JobPlan plan, CancellationToken cancellation)
    {
        try
        {
            return new JobOutcome(plan.Name, Failed: false, await plan.Make(services).RunAsync(cancellation));
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            log.LogError(fault, "The job {Job} failed", plan.Name);
            return new JobOutcome(plan.Name, Failed: true, fault.Message);
        }
    }
}
