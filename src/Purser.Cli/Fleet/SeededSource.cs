namespace Purser.Cli.Fleet;

/// <summary>SplitMix64: all that happens in a simulation is drawn from one seed, so that a run can be repeated. Never for secrets.</summary>
internal sealed class SeededSource(ulong seed)
{
    private ulong state = seed;

    /// <summary>Independent draws for one part of the whole: what one device does never depends on how others were interleaved.</summary>
    public static SeededSource For(ulong seed, ulong part) => new(Mix(seed ^ Mix(~part)));

    public ulong Next()
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
        }

        return Mix(state);
    }

    /// <summary>In [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => Unit() < probability;

    /// <summary>Both ends included.</summary>
    public int Between(int low, int high) => low + (int)(Next() % (ulong)(high - low + 1));

    public T Pick<T>(IReadOnlyList<T> items) => items[Between(0, items.Count - 1)];

    /// <summary>One of the items, each as likely as its weight.</summary>
    public T Pick<T>(IReadOnlyList<(T Item, int Weight)> items)
    {
        var drawn = Between(1, items.Sum(static one => one.Weight));
        foreach (var (item, weight) in items)
        {
            drawn -= weight;
            if (drawn <= 0)
            {
                return item;
            }
        }

        return items[^1].Item;
    }

    /// <summary>Waiting times of things that happen by chance.</summary>
    public TimeSpan Exponential(TimeSpan mean) => mean * -Math.Log(1 - Unit());

    public TimeSpan Span(TimeSpan low, TimeSpan high) => low + ((high - low) * Unit());

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
