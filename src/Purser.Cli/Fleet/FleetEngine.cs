using System.Globalization;

namespace Purser.Cli.Fleet;

/// <summary>
/// Moves the clock. In each step all devices that have something due do it at the same time; then the authority's clock is moved, which runs its
/// sweeps. Steps in which nothing is due are left out, but once a day everything is compared.
/// </summary>
internal sealed class FleetEngine(FleetWorld world, Authority authority, Administrator administrator, Comparison comparison, TextWriter output)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(10);

    private readonly FleetClock clock = world.Clock;
    private readonly PriorityQueue<SimulatedDevice, DateTimeOffset> due = new();
    private long lastProgress = TimeProvider.System.GetTimestamp();

    private bool IsDayStop => (clock.Now - clock.Start).Ticks % Day.Ticks == 0;

    public async Task RunAsync(IReadOnlyList<SimulatedDevice> devices, CancellationToken cancel)
    {
        var end = clock.Start + (Day * world.Options.Days);
        foreach (var device in devices)
        {
            due.Enqueue(device, OnGrid(device.FirstDue));
        }

        while (true)
        {
            await StepAsync(cancel);
            if (IsDayStop)
            {
                await SweepAsync(devices, cancel);
            }

            if (clock.Now >= end)
            {
                break;
            }

            if (IsDayStop)
            {
                await administrator.ActAsync(devices, cancel);
            }

            var next = NextStop(end);
            await authority.MoveClockAsync(next, cancel);
            clock.MoveTo(next);
            Progress();
        }

        await comparison.CompareUsesAsync(devices, cancel);
    }

    private async Task StepAsync(CancellationToken cancel)
    {
        var now = new List<SimulatedDevice>();
        while (due.TryPeek(out var device, out var at) && at <= clock.Now)
        {
            now.Add(due.Dequeue());
        }

        var limits = new ParallelOptions { MaxDegreeOfParallelism = world.Options.Parallel, CancellationToken = cancel };
        await Parallel.ForEachAsync(now, limits, static async (device, stop) => await device.StepAsync(stop));
        world.Pools.Settle();
        foreach (var device in now)
        {
            if (device.NextDue is { } next)
            {
                due.Enqueue(device, next <= clock.Now ? clock.Now + world.Options.Quantum : OnGrid(next));
            }
        }
    }

    /// <summary>Sweeps come after the messages of the same instant (design 3), once a day: what they do is dated by the rules, not by their own time.</summary>
    private async Task SweepAsync(IReadOnlyList<SimulatedDevice> devices, CancellationToken cancel)
    {
        await authority.SweepAsync(cancel);
        foreach (var device in devices)
        {
            device.Shadow.Elapse(clock.Now);
        }

        await comparison.CompareAsync(devices, cancel);
    }

    private DateTimeOffset NextStop(DateTimeOffset end)
    {
        var midnight = clock.Start + (Day * (Math.Floor(clock.Day) + 1));
        var next = due.TryPeek(out _, out var at) && at < midnight ? at : midnight;
        return next < end ? next : end;
    }

    /// <summary>The end of the quantum in which it falls due.</summary>
    private DateTimeOffset OnGrid(DateTimeOffset instant)
    {
        var quantum = world.Options.Quantum.Ticks;
        var steps = ((instant - clock.Start).Ticks + quantum - 1) / quantum;
        return clock.Start.AddTicks(Math.Max(0, steps) * quantum);
    }

    private void Progress()
    {
        if (TimeProvider.System.GetElapsedTime(lastProgress) >= ProgressEvery)
        {
            lastProgress = TimeProvider.System.GetTimestamp();
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"day {clock.Day:0} of {world.Options.Days}: {world.Tally.Of("messages")} messages, {world.Violations.Count} violations"));
        }
    }
}
