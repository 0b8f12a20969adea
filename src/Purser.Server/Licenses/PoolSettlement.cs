using Purser.Server.Catalog;

namespace Purser.Server.Licenses;

/// <summary>What follows from a pool's new balance. Shared by the write path and the committer of device messages.</summary>
/// <param name="IsShort">The alert "Insufficient Licenses" is open with <see cref="Shortage"/>; otherwise it is cleared.</param>
/// <param name="ReportsShortage">The event "Insufficient Licenses Detected" is written.</param>
/// <param name="ShortSince">Start of the shortage, null in compliance.</param>
public readonly record struct PoolSettlement(bool IsShort, long Shortage, bool ReportsShortage, DateTimeOffset? ShortSince)
{
    /// <summary>Of a license that is reporting only there are always as many as are used or reserved (domain rules 2.4).</summary>
    public static void Mirror(Pool pool, Entitlement license)
    {
        if (license.IsReportingOnly)
        {
            pool.Purchased = pool.InUse + pool.Reserved;
        }
    }

    /// <summary>
    /// Alert while the balance is negative, its count kept current (domain rules 10.2); event when a pool turns short and whenever the
    /// shortage grows (domain rules 11.4).
    /// </summary>
    public static PoolSettlement Of(long balanceBefore, long balanceAfter, DateTimeOffset? shortSince, DateTimeOffset now) => new(
        IsShort: balanceAfter < 0,
        Shortage: Math.Max(0, -balanceAfter),
        ReportsShortage: balanceAfter < 0 && balanceAfter < Math.Min(0, balanceBefore),
        ShortSince: balanceAfter < 0 ? shortSince ?? now : null);
}
