namespace Purser.Cli.Fleet;

internal enum LifeAct
{
    Arrive,
    ChangeUse,
    Leave,
    Return,
    FallSilent,
    Speak,
}

/// <summary>What people and accidents do to a device, drawn once at the beginning. What its agent does by itself is not in here.</summary>
internal static class DeviceLife
{
    private const double LeavesOnce = 0.12;
    private const double SilentForEver = 0.08;
    private const double SilentForAWhile = 0.10;

    // Just short of and just beyond each of the days at which something happens: 30, 60, 90, 365.
    private static readonly int[] SilenceDays = [29, 31, 45, 61, 75, 91, 120, 200, 364, 367];

    public static Queue<(DateTimeOffset At, LifeAct Act)> Draw(SeededRandom random, DateTimeOffset start, int days)
    {
        var end = start.AddDays(days);
        var acts = new List<(DateTimeOffset At, LifeAct Act)>();
        var arrival = start + random.Between(TimeSpan.FromHours(1), TimeSpan.FromDays(Math.Max(1, Math.Min(20, days / 4))));
        acts.Add((arrival, LifeAct.Arrive));
        for (var at = Later(arrival, 1, 30); at < end; at = Later(at, 20, 90))
        {
            acts.Add((at, LifeAct.ChangeUse));
        }

        var kind = random.Below(1000) / 1000.0;
        if (kind < SilentForEver)
        {
            // Early enough for most to be seen through to their removal.
            acts.Add((Later(arrival, 1, Math.Max(2, days / 12)), LifeAct.FallSilent));
        }
        else if (kind < SilentForEver + SilentForAWhile)
        {
            var from = Later(arrival, 1, Math.Max(2, days / 4));
            acts.Add((from, LifeAct.FallSilent));
            acts.Add((from.AddDays(random.Pick(SilenceDays)), LifeAct.Speak));
        }
        else if (kind < SilentForEver + SilentForAWhile + LeavesOnce)
        {
            var leaves = Later(arrival, 5, Math.Max(6, days * 2 / 3));
            acts.Add((leaves, LifeAct.Leave));
            if (random.Chance(0.7))
            {
                acts.Add((Later(leaves, 1, 60), LifeAct.Return));
            }
        }

        return new Queue<(DateTimeOffset At, LifeAct Act)>(acts.Where(act => act.At < end).OrderBy(act => act.At));

        DateTimeOffset Later(DateTimeOffset at, int least, int most) => at + random.Between(TimeSpan.FromDays(least), TimeSpan.FromDays(most));
    }
}
