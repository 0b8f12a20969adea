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
    /// <param name="Balance">After substitution between tiers.</param>
    public sealed record Point(DateTimeOffset At, long Purchased, long InUse, long Reserved, long Peak, long Balance);

    public async Task<IReadOnlyList<Point>> HandleAsync(
        Actor actor, long account, long virtualAccount, long license, int days, Billing billing = Billing.Prepaid, CancellationToken cancellation = default)
    {
        if (!actor.May(Permission.LicenseView, account, virtualAccount))
        {
            return [];
        }

        await using var db = database.Read(account);
        var (now, from) = (clock.Now, PoolHours.Of(clock.Now.AddDays(-Math.Clamp(days, 1, MostDays))));
        var past = await PoolPast.LoadAsync(db, new PoolKey(virtualAccount, license, billing), account, from, now, cancellation);
        var points = past.Rows.Select(row => PointOf(row, row.Hour, row.PeakInUse)).ToList();
        if (past.Before is { } before)
        {
            points.Insert(0, PointOf(before, from, before.InUse));
        }

        if (points.Count > 0 && points[^1].At < now)
        {
            points.Add(points[^1] with { At = now, Peak = points[^1].InUse });
        }

        return points;
    }

    private static Point PointOf(PoolHistory row, DateTimeOffset at, long peak) => new(at, row.Purchased, row.InUse, row.Reserved, peak, row.Balance);
}
