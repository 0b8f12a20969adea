using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// The usage chart of a license (LI-04): a step series. Every point holds until the next one; the first point is what was there at the
/// beginning of the time shown, the last one is now.
/// </summary>
public sealed class ShowUsage(Database database, DomainClock clock)
{
    public const int MostDays = 800;

    /// <param name="Peak">The most that was in use at once in the hour that begins here.</param>
    public sealed record Point(DateTimeOffset At, long Purchased, long InUse, long Reserved, long Peak);

    public async Task<IReadOnlyList<Point>> HandleAsync(
        Actor actor, long account, long virtualAccount, long license, int days, CancellationToken cancellation = default)
    {
        if (!actor.May(Permission.LicenseView, account, virtualAccount))
        {
            return [];
        }

        await using var db = database.Read(account);
        var (now, from) = (clock.Now, PoolHours.Of(clock.Now.AddDays(-Math.Clamp(days, 1, MostDays))));
        var rows = db.PoolHistory.Where(row => row.AccountId == account && row.VirtualAccountId == virtualAccount && row.EntitlementId == license && row.Billing == Billing.Prepaid);
        var before = await rows.Where(row => row.Hour < from).OrderByDescending(row => row.Hour).FirstOrDefaultAsync(cancellation);
        var points = new List<Point>();
        if (before is not null)
        {
            points.Add(new Point(from, before.Purchased, before.InUse, before.Reserved, before.InUse));
        }

        points.AddRange((await rows.Where(row => row.Hour >= from && row.Hour <= now).OrderBy(row => row.Hour).ToListAsync(cancellation))
            .Select(row => new Point(row.Hour, row.Purchased, row.InUse, row.Reserved, row.PeakInUse)));
        if (points.Count > 0 && points[^1].At < now)
        {
            points.Add(points[^1] with { At = now, Peak = points[^1].InUse });
        }

        return points;
    }
}
