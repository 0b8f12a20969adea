namespace Purser.Server.Reservations.Rules;

/// <summary>A license line of which a product instance may reserve, in the virtual account in which it sits.</summary>
/// <param name="EndsOn">The last day; null for perpetual licenses.</param>
/// <param name="Free">Held there and bound to nothing (domain rules 1.4).</param>
/// <param name="Own">What this product instance has reserved of it and keeps; not what is in transition.</param>
public sealed record ReservableLine(long LineId, DateOnly? EndsOn, long Free, long Own)
{
    public long Most => Free + Own;
}

/// <summary>A license of which a product instance reserves, or may reserve.</summary>
/// <param name="Available">Of the pool: what may be newly reserved (domain rules 1.2).</param>
/// <param name="Uncovered">What this product instance still holds of lines that have ended (domain rules 8.5).</param>
public sealed record ReservableLicense(string Name, IReadOnlyList<ReservableLine> Lines, long Available, long Uncovered)
{
    /// <summary>What it has, ended lines included.</summary>
    public long Own => Lines.Sum(line => line.Own) + Uncovered;

    /// <summary>Own valid, own ended and available (domain rules 8.4, 8.5), but no more than the lines can give.</summary>
    public long Maximum => Math.Min(Own + Available, Lines.Sum(line => line.Most));

    /// <summary>
    /// Which lines give a quantity that was not chosen line by line: perpetual ones first, then those with the furthest end (help ch. 4; domain rules
    /// 8.3). What the product instance has it keeps: that a better line has become free is no reason to exchange.
    /// </summary>
    public IReadOnlyDictionary<long, long> Choose(long quantity, bool longestTermLast = false)
    {
        var best = Lines.OrderByDescending(line => line.EndsOn ?? DateOnly.MaxValue).ThenBy(line => line.LineId).ToList();
        if (longestTermLast)
        {
            best.Reverse();
        }

        var chosen = best.ToDictionary(line => line.LineId, _ => 0L);
        foreach (var give in new Func<ReservableLine, long>[] { line => line.Own, line => line.Free })
        {
            foreach (var line in best)
            {
                var taken = Math.Min(give(line), quantity);
                chosen[line.LineId] += taken;
                quantity -= taken;
            }
        }

        return chosen;
    }
}
