namespace Purser.Server.Usage.Bills.Rules;

/// <summary>From then on so many were in use, until the next count.</summary>
public readonly record struct UseCount(DateTimeOffset From, long Quantity);

/// <summary>A product instance lay here from one instant to another.</summary>
public readonly record struct TimeHere(DateTimeOffset From, DateTimeOffset To);

/// <summary>
/// The use of one license in one virtual account within a time, summed over product instances to one step function. A count stands until the next one,
/// so silence releases nothing; a product instance that is removed or goes elsewhere is counted until then (domain rules 13.2). Pure.
/// </summary>
public sealed class MonthlyUse(DateTimeOffset begin, DateTimeOffset end)
{
    private readonly Dictionary<DateTimeOffset, long> changes = [];
    private int devices;
    private long? lastDevice;

    /// <param name="device">A product instance; all that is added of it is added one after the other.</param>
    /// <param name="counts">Oldest first.</param>
    /// <param name="times">When it lay here; they do not overlap.</param>
    /// <returns>Whether it used any.</returns>
    public bool Add(long device, IReadOnlyList<UseCount> counts, IReadOnlyList<TimeHere> times)
    {
        var isUsed = false;
        foreach (var (index, count) in counts.Index())
        {
            var until = index + 1 < counts.Count ? counts[index + 1].From : end;
            foreach (var time in times)
            {
                isUsed |= Add(Latest(count.From, time.From, begin), Earliest(until, time.To, end), count.Quantity);
            }
        }

        if (isUsed && lastDevice != device)
        {
            devices++;
            lastDevice = device;
        }

        return isUsed;
    }

    public UseFigures Figures()
    {
        var (inUse, peak, unitSeconds, last) = (0L, 0L, (Int128)0, begin);
        DateTimeOffset? peakAt = null;
        foreach (var (at, change) in changes.OrderBy(change => change.Key))
        {
            unitSeconds += (Int128)inUse * Seconds(last, at);
            (inUse, last) = (inUse + change, at);
            if (inUse > peak)
            {
                (peak, peakAt) = (inUse, at);
            }
        }

        return new UseFigures(peak, peakAt, unitSeconds, Seconds(begin, end), devices);
    }

    private bool Add(DateTimeOffset from, DateTimeOffset to, long quantity)
    {
        if (from >= to || quantity == 0)
        {
            return false;
        }

        Change(from, quantity);
        Change(to, -quantity);
        return true;
    }

    // A count that goes on as it was is no change, and most do: only real steps are kept.
    private void Change(DateTimeOffset at, long difference)
    {
        var change = changes.GetValueOrDefault(at) + difference;
        if (change == 0)
        {
            changes.Remove(at);
        }
        else
        {
            changes[at] = change;
        }
    }

    private static long Seconds(DateTimeOffset from, DateTimeOffset to) => to.ToUnixTimeSeconds() - from.ToUnixTimeSeconds();

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset two, DateTimeOffset three) => new(Math.Max(Math.Max(one.UtcTicks, two.UtcTicks), three.UtcTicks), TimeSpan.Zero);

    private static DateTimeOffset Earliest(DateTimeOffset one, DateTimeOffset two, DateTimeOffset three) => new(Math.Min(Math.Min(one.UtcTicks, two.UtcTicks), three.UtcTicks), TimeSpan.Zero);
}
