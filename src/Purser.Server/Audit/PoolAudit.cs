using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Devices;
using Purser.Server.Devices.Rules;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Audit;

/// <summary>Pools, shortages and their alerts against what lines, holdings and uses give; uses against their product instances.</summary>
internal sealed class PoolAudit(PurserContext db, long account, Dictionary<PoolKey, PoolFigures> figures, AccountFindings findings)
{
    /// <summary>Licenses that are reporting only: as many as are used or reserved (domain rules 2.4).</summary>
    private HashSet<long> mirrored = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        mirrored = await db.Entitlements.Where(row => row.IsReportingOnly).Select(row => row.Id).ToHashSetAsync(cancellation);
        await CountUsesAsync(cancellation);
        var shortages = await db.Alerts
            .Where(alert => alert.AccountId == account && alert.Kind == AlertKind.InsufficientLicenses && alert.State == AlertState.Open)
            .ToDictionaryAsync(alert => alert.Subject, alert => alert.Count, cancellation);
        var names = new PoolNames(
            await db.Entitlements.ToDictionaryAsync(row => row.Id, row => row.Name, cancellation),
            await db.VirtualAccounts.Where(row => row.AccountId == account).ToDictionaryAsync(row => row.Id, row => row.Name, cancellation));
        var pools = await db.Pools.Where(pool => pool.AccountId == account).ToListAsync(cancellation);
        findings.Report.Read(pools.Count);
        foreach (var pool in pools.OrderBy(pool => pool.VirtualAccountId).ThenBy(pool => pool.EntitlementId))
        {
            var key = new PoolKey(pool.VirtualAccountId, pool.EntitlementId, pool.Billing);
            Check(pool, figures.GetValueOrDefault(key) ?? new PoolFigures(), names.Of(key));
            figures.Remove(key);
            shortages.Remove(AlertSubjects.Insufficient(key), out var alerted);
            findings.Same($"{names.Of(key)}, shortage in its open alert", pool.Shortage, alerted);
        }

        await CheckTiersAsync(pools, names, cancellation);
        foreach (var (key, sum) in figures.Where(row => row.Value != new PoolFigures()).OrderBy(row => row.Key.VirtualAccountId).ThenBy(row => row.Key.EntitlementId))
        {
            findings.Add(names.Of(key), $"a row with {sum.Purchased} purchased and {sum.InUse} in use", "none");
        }

        foreach (var (subject, count) in shortages.OrderBy(row => row.Key, StringComparer.Ordinal))
        {
            findings.Add($"alert {subject}", "a shortage", $"none, yet it says {count}");
        }
    }

    private void Check(Pool pool, PoolFigures sum, string row)
    {
        findings.Same($"{row}, purchased", mirrored.Contains(pool.EntitlementId) ? pool.InUse + pool.Reserved : sum.Purchased, pool.Purchased);
        findings.Same($"{row}, pending upgrades", sum.Pending, pool.Pending);
        findings.Same($"{row}, in use", sum.InUse, pool.InUse);
        findings.Same($"{row}, reserved firmly", sum.Firm, pool.Firm);
        findings.Same($"{row}, in transition", sum.InTransition, pool.InTransition);

        // What is locked of the lines may be less: a restricted term that ended leaves its use without cover (domain rules 9.7).
        findings.Same($"{row}, locked", sum.LockedUse, pool.Locked);
        if (sum.Locked > pool.Locked)
        {
            findings.Add($"{row}, locked of its lines", $"0 to {pool.Locked}", sum.Locked);
        }

        findings.Same($"{row}, reserved without cover", sum.Uncovered, pool.Uncovered);

        findings.Same($"{row}, short since (balance {pool.Balance})", pool.Balance < 0, pool.ShortSince is not null);
    }

    /// <summary>What tiers lend each other follows from their figures (domain rules 5).</summary>
    private async Task CheckTiersAsync(List<Pool> pools, PoolNames names, CancellationToken cancellation)
    {
        var licenses = await db.Entitlements.ToDictionaryAsync(row => row.Id, cancellation);
        foreach (var group in pools.Where(pool => pool.Billing == Billing.Prepaid).GroupBy(pool => (pool.VirtualAccountId, licenses[pool.EntitlementId].TierGroup)))
        {
            var loans = TierSubstitution.Loans(group.Select(pool => (licenses[pool.EntitlementId], pool)));
            foreach (var pool in group)
            {
                var row = names.Of(new PoolKey(pool.VirtualAccountId, pool.EntitlementId));
                findings.Same($"{row}, lent to lower tiers", loans.Where(loan => loan.LenderId == pool.EntitlementId).Sum(loan => loan.Quantity), pool.Lent);
                findings.Same($"{row}, borrowed from higher tiers", loans.Where(loan => loan.BorrowerId == pool.EntitlementId).Sum(loan => loan.Quantity), pool.Borrowed);
            }
        }
    }

    private async Task CountUsesAsync(CancellationToken cancellation)
    {
        var shared = new List<LicenseUse>();
        var billedByUsage = await UsageBook.BilledAsync(db, account, cancellation);
        var devices = await db.Devices.Where(device => device.AccountId == account)
            .Select(device => new { device.Id, device.VirtualAccountId, device.State, device.Mode }).ToDictionaryAsync(device => device.Id, cancellation);
        await foreach (var use in db.LicenseUses.Where(use => use.AccountId == account).OrderBy(use => use.DeviceId).ThenBy(use => use.EntitlementId)
            .AsAsyncEnumerable().WithCancellation(cancellation))
        {
            findings.Report.Read();
            var row = $"use of license {use.EntitlementId} by product instance {use.DeviceId}";
            if (!devices.TryGetValue(use.DeviceId, out var device) || (device.State != DeviceState.Registered && !use.IsLocked))
            {
                findings.Add(row, "a registered product instance", device is null ? "none" : "a removed one");
            }
            else if (device.VirtualAccountId != use.VirtualAccountId)
            {
                findings.Add(row, $"virtual account {device.VirtualAccountId}, where the product instance is", $"virtual account {use.VirtualAccountId}");
            }

            else if (!use.IsLocked)
            {
                var billing = UsageRules.MayConsume(device.Mode) && billedByUsage.Contains(new PoolKey(use.VirtualAccountId, use.EntitlementId, Billing.Usage)) ? Billing.Usage : Billing.Prepaid;
                findings.Same($"{row}, billed", LicenseNames.Of(billing), LicenseNames.Of(use.Billing));
            }

            if (use.Requested <= 0)
            {
                findings.Add($"{row}, requested", "more than 0", use.Requested);
            }

            if (use.PeerKey is not null)
            {
                shared.Add(use);
            }

            if (use.Counted > 0)
            {
                var key = use.Pool;
                var sum = figures.GetValueOrDefault(key) ?? new PoolFigures();
                figures[key] = sum with { InUse = sum.InUse + use.Counted, LockedUse = sum.LockedUse + (use.IsLocked ? use.Requested : 0) };
            }
        }

        CheckPairs(shared);
    }

    /// <summary>Of two peers exactly one is counted, of anybody else all (domain rules 7.8).</summary>
    private void CheckPairs(List<LicenseUse> shared)
    {
        var byUnit = shared.ToLookup(use => use.UnitKey);
        foreach (var use in shared)
        {
            var peer = byUnit[use.PeerKey].FirstOrDefault(other => RedundancyRules.ArePeers(use, other));
            findings.Same($"use of license {use.EntitlementId} by product instance {use.DeviceId}, counted with its peer", peer is not null && RedundancyRules.CoveredOf(use, peer) == use, use.Covered);
        }
    }

    private sealed record PoolNames(Dictionary<long, string> Licenses, Dictionary<long, string> VirtualAccounts)
    {
        public string Of(PoolKey key) =>
            $"pool of {Licenses.GetValueOrDefault(key.EntitlementId, $"license {key.EntitlementId}")} in virtual account "
            + VirtualAccounts.GetValueOrDefault(key.VirtualAccountId, $"{key.VirtualAccountId}");
    }
}
