using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// Finds the events of an instant by their numbers. Time grows with the number, so it is found by halving: some twenty steps into the key in ten
/// million events, and no index by time is needed for it.
/// </summary>
internal static class EventsOfInstant
{
    /// <returns>From the first number, to the one after the last.</returns>
    public static async Task<(long From, long To)> RangeAsync(PurserContext db, long account, DateTimeOffset at, CancellationToken cancellation)
    {
        var last = await db.AccountHeads.Where(head => head.AccountId == account).Select(head => head.EventSeq).FirstAsync(cancellation);
        var from = await FirstAsync(db, account, at, 1, last + 1, cancellation);

        // Few belong to one instant: the end is looked for in growing steps from the beginning.
        var (begin, step) = (from, 16L);
        while (begin + step <= last && await AtAsync(db, account, begin + step, cancellation) <= at)
        {
            (begin, step) = (begin + step, step * 4);
        }

        return (from, await FirstAsync(db, account, at.AddSeconds(1), begin, Math.Min(begin + step, last + 1), cancellation));
    }

    /// <summary>The first number from which on events are of this instant or later.</summary>
    private static async Task<long> FirstAsync(PurserContext db, long account, DateTimeOffset at, long low, long high, CancellationToken cancellation)
    {
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (await AtAsync(db, account, middle, cancellation) < at)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static async Task<DateTimeOffset> AtAsync(PurserContext db, long account, long seq, CancellationToken cancellation) =>
        await db.Events.Where(row => row.AccountId == account && row.Seq >= seq).OrderBy(row => row.Seq).Select(row => (DateTimeOffset?)row.At).FirstOrDefaultAsync(cancellation)
            ?? DateTimeOffset.MaxValue;
}
