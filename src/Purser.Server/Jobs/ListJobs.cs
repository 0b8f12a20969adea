using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Jobs;

/// <summary>The jobs of the installation: when each ran, what came of it, when it runs next.</summary>
public sealed class ListJobs(Database database, JobRunner runner, TimeProvider machine)
{
    /// <param name="RunningOn">The node that works on it now; null while nobody does.</param>
    /// <param name="LastRunAt">By the job's own clock; null before the first run.</param>
    public sealed record Item(
        string Name, long PeriodSeconds, JobClock Clock, DateTimeOffset? LastRunAt, DateTimeOffset? NextDueAt, string? RunningOn, bool LastFailed, string LastResult);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/operator/jobs", async (ListJobs list, HttpContext context) =>
            TypedResults.Ok(new { items = await list.HandleAsync(context.RequestAborted) }))
        .Requires(Permission.OperatorConsole)
        .WithTags("Operator: installation")
        .WithSummary("List the background jobs with their last results");

    public async Task<IReadOnlyList<Item>> HandleAsync(CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var rows = await db.Jobs.ToDictionaryAsync(row => row.Name, cancellation);
        var now = machine.GetUtcNow();
        return runner.Plans.Select(plan => Describe(plan, rows.GetValueOrDefault(plan.Name), now)).ToList();
    }

    private static Item Describe(JobPlan plan, JobRow? row, DateTimeOffset now)
    {
        var (failed, text) = JobResultText.Read(row?.LastResult ?? "");
        var runningOn = row is not null && row.LeasedUntil > now ? row.LeasedBy[..row.LeasedBy.LastIndexOf(':')] : null;
        return new Item(plan.Name, (long)plan.Period.TotalSeconds, plan.Clock, row?.LastRunAt, row?.NextDueAt, runningOn, failed, text);
    }
}
