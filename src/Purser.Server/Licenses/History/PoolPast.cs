using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>The history of one pool over some time: its rows, and the last one before them.</summary>
internal sealed class PoolPast(PoolHistory? before, IReadOnlyList<PoolHistory> rows)
{
    /// <summary>How it was when the time began; null where there was nothing yet.</summary>
    public PoolHistory? Before => before;

    public IReadOnlyList<PoolHistory> Rows => rows;

    public static async Task<PoolPast> LoadAsync(
        PurserContext db, PoolKey key, long account, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var begin = PoolHours.Of(from);
        var all = db.PoolHistory.Where(row => row.AccountId == account && row.VirtualAccountId == key.VirtualAccountId && row.EntitlementId == key.EntitlementId && row.Billing == key.Billing);
        return new PoolPast(
            await all.Where(row => row.Hour < begin).OrderByDescending(row => row.Hour).FirstOrDefaultAsync(cancellation),
            await all.Where(row => row.Hour >= begin && row.Hour <= to).OrderBy(row => row.Hour).ToListAsync(cancellation));
    }

    /// <summary>The highest demand of each of the last weeks that the history covers from end to end, oldest first.</summary>
    public IReadOnlyList<long> Weeks(DateTimeOffset now, int most)
    {
        var first = before?.Hour ?? (rows.Count > 0 ? rows[0].Hour : now);
        var weeks = new List<long>();
        var (next, demand) = (0, before is null ? 0 : before.InUse + before.Reserved);
        for (var week = most; week > 0; week--)
        {
            var (begin, end) = (now.AddDays(-7 * week), now.AddDays(-7 * (week - 1)));
            var highest = demand;
            for (; next < rows.Count && (rows[next].Hour < end || week == 1); next++)
            {
                highest = Math.Max(highest, rows[next].PeakInUse + rows[next].Reserved);
                demand = rows[next].InUse + rows[next].Reserved;
            }

            if (first <= begin)
            {
                weeks.Add(highest);
            }
        }

        return weeks;
    }
}
