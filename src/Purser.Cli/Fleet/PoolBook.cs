using System.Globalization;

namespace Purser.Cli.Fleet;

internal readonly record struct PoolName(string Place, string Tag);

/// <summary>
/// What the pools must show, counted from the answers alone. Within a step many messages are under way and the order in which the authority
/// decided them is its own; so an answer is judged by the most and the least that could have been in use at that moment.
/// </summary>
internal sealed class PoolBook(Violations violations)
{
    private readonly Lock gate = new();
    private readonly Dictionary<PoolName, PoolSums> pools = [];
    private readonly List<Step> steps = [];

    public IReadOnlyDictionary<PoolName, PoolSums> Pools => pools;

    /// <summary>An executed message changed what a device uses.</summary>
    public void Change(string device, PoolName pool, long difference)
    {
        if (difference != 0)
        {
            Note(new Step(device, pool, difference, null));
        }
    }

    /// <summary>A device was told how the pool stands, after all its changes so far.</summary>
    public void Told(string device, PoolName pool, bool inCompliance) => Note(new Step(device, pool, 0, inCompliance));

    /// <summary>Between two steps of the clock, when nothing is under way: the sweeps, or the administrator.</summary>
    public void Book(PoolName pool, long difference) => SumsOf(pool).InUse += difference;

    public void Supply(PoolName pool, long purchased) => SumsOf(pool).Purchased = purchased;

    /// <summary>Judges the answers of a step, then books its changes.</summary>
    public void Settle()
    {
        foreach (var ofPool in steps.GroupBy(static step => step.Pool))
        {
            var sums = SumsOf(ofPool.Key);
            Judge(ofPool.Key, sums, [.. ofPool]);
            sums.InUse += ofPool.Sum(static step => step.Difference);
        }

        steps.Clear();
    }

    private void Judge(PoolName pool, PoolSums sums, List<Step> all)
    {
        var fewer = all.Sum(static step => Math.Min(0, step.Difference));
        var more = all.Sum(static step => Math.Max(0, step.Difference));
        foreach (var own in all.GroupBy(static step => step.Device))
        {
            // The device's own messages came one after another; only those of others may have come before or after.
            var least = sums.InUse + fewer - own.Sum(static step => Math.Min(0, step.Difference));
            var most = sums.InUse + more - own.Sum(static step => Math.Max(0, step.Difference));
            foreach (var step in own)
            {
                least += step.Difference;
                most += step.Difference;
                if (step.ToldInCompliance is true && least > sums.Purchased)
                {
                    Report(step, "in compliance", $"at least {least} of {sums.Purchased} were in use");
                }
                else if (step.ToldInCompliance is false && most <= sums.Purchased)
                {
                    Report(step, "out of compliance", $"at most {most} of {sums.Purchased} were in use");
                }
            }
        }

        void Report(Step step, string told, string truth) => violations.Report(
            string.Create(CultureInfo.InvariantCulture, $"was told {told} though {truth} of {pool.Tag} in {pool.Place}"), step.Device);
    }

    private void Note(Step step)
    {
        lock (gate)
        {
            steps.Add(step);
        }
    }

    private PoolSums SumsOf(PoolName pool)
    {
        if (!pools.TryGetValue(pool, out var sums))
        {
            pools[pool] = sums = new PoolSums();
        }

        return sums;
    }

    private sealed record Step(string Device, PoolName Pool, long Difference, bool? ToldInCompliance);
}

internal sealed class PoolSums
{
    public long Purchased { get; set; }

    public long InUse { get; set; }

    public long Available => Math.Max(0, Purchased - InUse);

    public long Shortage => Math.Max(0, InUse - Purchased);
}
