using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Jobs;

/// <summary>
/// Simulation only: moves the domain clock and does what fell due on the way. The clock's position is kept, so that a simulation goes on after a
/// restart and no later event is dated before an earlier one. It is the clock of this process: a simulation runs on one node.
/// </summary>
public sealed class SimulationClock(Database database, DomainClock clock, TimeProvider machine, JobRunner runner) : IDisposable
{
    private const string Fact = "simulation-clock";

    private readonly SemaphoreSlim turn = new(1, 1);

    /// <param name="Instant">Epoch seconds or an ISO 8601 text; left out: the present domain time.</param>
    /// <param name="Hold">Stand still there until moved again; otherwise run on with the machine's clock.</param>
    /// <param name="RunJobs">False: only move the clock, because messages of that instant come before the sweeps (design 3); a later call runs them.</param>
    public sealed record Input(SimulationInstant? Instant = null, bool Hold = true, bool RunJobs = true);

    /// <param name="Now">Domain time, epoch seconds.</param>
    /// <param name="Jobs">What the jobs did that fell due.</param>
    public sealed record Answer(long Now, bool Held, IReadOnlyList<JobOutcome> Jobs);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/simulation/clock", (SimulationClock simulation) => TypedResults.Ok(simulation.Read([])))
            .Requires(Permission.SimulationControl).WithTags("Simulation").WithSummary("Read the domain clock");
        routes.MapPost("/simulation/clock", async (Input input, SimulationClock simulation, CancellationToken cancellation) =>
                (await simulation.HandleAsync(input, cancellation)).ToHttp())
            .Requires(Permission.SimulationControl).WithTags("Simulation").WithSummary("Move the domain clock forward and run the jobs that fall due");
    }

    public async Task<Verdict<Answer>> HandleAsync(Input input, CancellationToken cancellation = default)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            var wanted = input.Instant?.Value ?? clock.Now;
            if (wanted < clock.Now)
            {
                return Verdict.Refused(
                    RefusalCode.Conflict, $"The domain clock stands at {clock.Now:yyyy-MM-ddTHH:mm:ssZ} and never goes back. Name a later instant.", "instant");
            }

            await RememberAsync(new Position(wanted, input.Hold, machine.GetUtcNow()), cancellation);
            Move(wanted, input.Hold);
            return Read(input.RunJobs ? await runner.RunDueAsync(JobClock.Domain, cancellation) : []);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Puts the clock where an earlier process left it, unless it has been moved further already.</summary>
    public async Task ResumeAsync()
    {
        await using var db = database.Read();
        if (await db.InstallationFacts.FindAsync(Fact) is { } fact && Position.Parse(fact.Value) is { } left)
        {
            var instant = left.Hold ? left.Instant : left.Instant + (machine.GetUtcNow() - left.At);
            if (instant > clock.Now)
            {
                Move(instant, left.Hold);
            }
        }
    }

    public void Dispose() => turn.Dispose();

    private Answer Read(IReadOnlyList<JobOutcome> outcomes) => new(clock.Now.ToUnixTimeSeconds(), clock.IsHeld, outcomes);

    private void Move(DateTimeOffset instant, bool hold)
    {
        if (hold)
        {
            clock.HoldAt(instant);
        }
        else
        {
            clock.RunFrom(instant);
        }
    }

    private Task RememberAsync(Position position, CancellationToken cancellation) => database.WriteAsync(
        async db =>
        {
            if (await db.InstallationFacts.FindAsync([Fact], cancellation) is { } fact)
            {
                fact.Value = position.ToString();
            }
            else
            {
                db.InstallationFacts.Add(new InstallationFact { Name = Fact, Value = position.ToString() });
            }
        },
        cancellation);

    /// <summary>Domain instant, held or running, and the machine's time when it was set: "hold 1768032000 1790000000".</summary>
    private sealed record Position(DateTimeOffset Instant, bool Hold, DateTimeOffset At)
    {
        public static Position? Parse(string text) => text.Split(' ') is [var mode, var instant, var at]
            ? new Position(Seconds(instant), mode == "hold", Seconds(at))
            : null;

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{(Hold ? "hold" : "run")} {Instant.ToUnixTimeSeconds()} {At.ToUnixTimeSeconds()}");

        private static DateTimeOffset Seconds(string text) => DateTimeOffset.FromUnixTimeSeconds(long.Parse(text, CultureInfo.InvariantCulture));
    }
}
