namespace Purser.Cli.Fleet;

/// <summary>Who is due when. Steps lie on a grid, and hours in which nothing is due are passed over, but not a whole day: the server's own jobs are due too.</summary>
internal sealed class Agenda(DateTimeOffset start, TimeSpan quantum)
{
    private static readonly TimeSpan LongestJump = TimeSpan.FromDays(1);

    private readonly PriorityQueue<SimulatedDevice, DateTimeOffset> queue = new();

    public void Add(SimulatedDevice device, DateTimeOffset at) => queue.Enqueue(device, at);

    /// <summary>The next point of the grid at which somebody is due, at most a day after <paramref name="now"/>.</summary>
    public DateTimeOffset NextStep(DateTimeOffset now)
    {
        var earliest = now + quantum;
        var latest = now + LongestJump;
        var due = queue.TryPeek(out _, out var at) ? OnGrid(at) : latest;
        return due < earliest ? earliest : due < latest ? due : latest;
    }

    public IReadOnlyList<SimulatedDevice> TakeDue(DateTimeOffset now)
    {
        var due = new List<SimulatedDevice>();
        while (queue.TryPeek(out _, out var at) && at <= now)
        {
            due.Add(queue.Dequeue());
        }

        return due;
    }

    private DateTimeOffset OnGrid(DateTimeOffset at)
    {
        var steps = ((at - start) + quantum - TimeSpan.FromTicks(1)).Ticks / quantum.Ticks;
        return start + (steps * quantum);
    }
}
