using Purser.Server.Store;

namespace Purser.Server.Jobs;

/// <summary>
/// Looks every few seconds whether a job is due. Jobs themselves say how often they want to run. While a simulation holds the domain clock,
/// what follows that clock is done when the simulation says so.
/// </summary>
public sealed class JobLoop(JobRunner runner, DomainClock domain, TimeProvider machine, ILogger<JobLoop> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, machine);
        do
        {
            await RunDueAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RunDueAsync(CancellationToken cancellation)
    {
        try
        {
            await runner.RunDueAsync(domain.IsHeld ? JobClock.Machine : null, cancellation);
        }
        catch (ObjectDisposedException) when (cancellation.IsCancellationRequested)
        {
            // A server that could not start, say because its port is taken, is taken down while this looks.
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            // The rows of the jobs themselves cannot be reached; the next look may find the database again.
            log.LogError(fault, "The jobs could not be looked after: {Reason}", StoreFaults.Explain(fault)?.Detail ?? "see the fault");
        }
    }
}
