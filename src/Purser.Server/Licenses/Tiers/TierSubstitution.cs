using Purser.Server.Catalog;

namespace Purser.Server.Licenses;

/// <summary>Units of a higher tier that cover a shortage of a lower one.</summary>
public readonly record struct TierLoan(long LenderId, long BorrowerId, long Quantity);

/// <summary>
/// What a tier has left over covers the shortage of the lower ones, nearest first; own use comes first, so a tier that grows takes its units back
/// (LI-11; domain rules 5). Within one virtual account, prepaid only; not for reservations, restricted or reporting-only licenses. Pure.
/// </summary>
public static class TierSubstitution
{
    public static bool Takes(Entitlement license) =>
        !string.IsNullOrEmpty(license.TierGroup) && license.Enforcement != Enforcement.ExportRestricted && !license.IsReportingOnly;

    /// <summary>Who lends what to whom, by the figures of one tier group in one virtual account.</summary>
    public static IReadOnlyList<TierLoan> Loans(IEnumerable<(Entitlement License, Pool Pool)> group)
    {
        var tiers = group.Where(tier => Takes(tier.License)).OrderByDescending(tier => tier.License.TierRank).ThenBy(tier => tier.License.Id)
            .Select(tier => new Tier(tier.License.Id, tier.License.TierRank, tier.Pool)).ToList();
        var loans = new List<TierLoan>();
        for (var lower = 1; lower < tiers.Count; lower++)
        {
            for (var higher = lower - 1; higher >= 0 && tiers[lower].Missing > 0; higher--)
            {
                var part = tiers[higher].Rank > tiers[lower].Rank ? Math.Min(tiers[lower].Missing, tiers[higher].Left) : 0;
                if (part > 0)
                {
                    tiers[higher].Left -= part;
                    tiers[lower].Missing -= part;
                    loans.Add(new TierLoan(tiers[higher].Id, tiers[lower].Id, part));
                }
            }
        }

        return loans;
    }

    /// <summary>Enters the loans into the pools of one tier group in one virtual account.</summary>
    /// <returns>The pools that changed.</returns>
    public static IReadOnlyList<Pool> Settle(IReadOnlyCollection<(Entitlement License, Pool Pool)> group)
    {
        var loans = Loans(group);
        var changed = new List<Pool>();
        foreach (var (license, pool) in group)
        {
            var lent = loans.Where(loan => loan.LenderId == license.Id).Sum(loan => loan.Quantity);
            var borrowed = loans.Where(loan => loan.BorrowerId == license.Id).Sum(loan => loan.Quantity);
            if ((pool.Lent, pool.Borrowed) != (lent, borrowed))
            {
                (pool.Lent, pool.Borrowed) = (lent, borrowed);
                changed.Add(pool);
            }
        }

        return changed;
    }

    private sealed class Tier(long id, int rank, Pool pool)
    {
        public long Id => id;

        public int Rank => rank;

        /// <summary>Not used by itself, and not lent yet.</summary>
        public long Left { get; set; } = Math.Max(0, pool.OwnBalance);

        /// <summary>Short by use; what reservations and locks lack is not covered.</summary>
        public long Missing { get; set; } = Math.Min(Math.Max(0, -pool.OwnBalance), pool.InUse - pool.Locked);
    }
}
