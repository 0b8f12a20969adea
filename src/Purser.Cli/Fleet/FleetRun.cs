using System.Diagnostics;
using System.Globalization;

namespace Purser.Cli.Fleet;

/// <summary>
/// The course of a simulation. Each step first lets the server do what fell due (sweeps, expiries), then moves on a little and sends all messages
/// that are due at the same time. The little keeps a device that is on time from being missed by the sweep of the very same second.
/// </summary>
internal sealed class FleetRun(FleetPlan plan, FleetClock clock, ServerClock server, IReadOnlyList<SimulatedDevice> devices, TextWriter progress)
{
    private static readonly TimeSpan SweepsBefore = TimeSpan.FromMinutes(5);

    private readonly List<string> problems = [];

    public IReadOnlyList<string> Problems => problems;

    public int Steps { get; private set; }

    public async Task RunAsync(CancellationToken cancel)
    {
        var start = clock.Now;
        var end = start.AddDays(plan.Days);
        var agenda = new Agenda(start, plan.Quantum);
        foreach (var device in devices)
        {
            if (device.FirstAct is { } at)
            {
                agenda.Add(device, at);
            }
        }

        var reported = Stopwatch.StartNew();
        for (var step = agenda.NextStep(start); step <= end; step = agenda.NextStep(step))
        {
            await StepAsync(agenda, step, cancel);
            if (reported.Elapsed > TimeSpan.FromSeconds(2))
            {
                Report(start, step);
                reported.Restart();
            }
        }

        problems.AddRange(await server.MoveAsync(end, cancel));
        clock.Set(end);
        Report(start, end);
        await progress.WriteLineAsync();
    }

    private async Task StepAsync(Agenda agenda, DateTimeOffset step, CancellationToken cancel)
    {
        Steps++;
        problems.AddRange(await server.MoveAsync(step - SweepsBefore, cancel));
        var due = agenda.TakeDue(step);
        if (due.Count == 0)
        {
            return;
        }

        problems.AddRange(await server.MoveAsync(step, cancel));
        clock.Set(step);
        var again = new DateTimeOffset?[due.Count];
        await Parallel.ForAsync(0, due.Count, new ParallelOptions { MaxDegreeOfParallelism = plan.Concurrency, CancellationToken = cancel }, async (index, inner) =>
            again[index] = await due[index].StepAsync(inner));
        for (var index = 0; index < due.Count; index++)
        {
            if (again[index] is { } at)
            {
                agenda.Add(due[index], at);
            }
        }
    }

    private void Report(DateTimeOffset start, DateTimeOffset now) => progress.Write(string.Create(
        CultureInfo.InvariantCulture, $"\r  day {(int)(now - start).TotalDays} of {plan.Days}  {now:yyyy-MM-dd}  {Steps} steps  "));
}
