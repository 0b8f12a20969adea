using Purser.Server.Alerts;
using Purser.Server.Alerts.Thresholds;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Events;

namespace Purser.Server.Licenses;

/// <summary>A pool that a command changed, with the figures from before.</summary>
internal sealed record TouchedPool(PoolKey Key, Pool Pool, long BalanceBefore, long InUseBefore, long PendingBefore)
{
    /// <summary>Only another tier of its group was changed.</summary>
    public bool IsNeighbour { get; init; }
}

/// <summary>Shortage events, alerts and history of the pools that a command touched, and warnings of the terms that it moved.</summary>
internal sealed class LedgerSettlement(WriteScope scope, long accountId, ExpiryPeriods periods)
{
    public async Task RunAsync(IEnumerable<TouchedPool> pools, IReadOnlyCollection<TermGroup> terms)
    {
        var all = pools.OrderBy(touched => touched.Key.VirtualAccountId).ThenBy(touched => touched.Key.EntitlementId).ToList();
        await SubstituteAsync(scope, all);
        foreach (var touched in all)
        {
            var wasShort = touched.Pool.ShortSince is not null;
            await SettleAsync(touched);
            await StepOverThresholdAsync(touched);
            await SettlePendingAsync(touched);

            // Of another tier only what is lent may have changed.
            if (!touched.IsNeighbour || touched.Pool.Balance != touched.BalanceBefore)
            {
                await RecordHistoryAsync(touched.Pool, touched.InUseBefore, hasRecovered: wasShort && touched.Pool.ShortSince is null);
            }
        }

        await new ExpiryWarnings(scope, accountId, periods).SettleAsync(terms);
    }

    /// <summary>What is reporting only mirrors its use; what tiers lend each other follows from their figures.</summary>
    public static async Task SubstituteAsync(WriteScope scope, IReadOnlyCollection<TouchedPool> all)
    {
        var prepaid = new List<(Entitlement License, Pool Pool)>();
        foreach (var touched in all.Where(touched => touched.Key.Billing == Billing.Prepaid))
        {
            var license = await scope.Db.Entitlements.FindAsync(touched.Key.EntitlementId)
                ?? throw new InvalidOperationException($"No entitlement {touched.Key.EntitlementId}");
            PoolSettlement.Mirror(touched.Pool, license);
            prepaid.Add((license, touched.Pool));
        }

        foreach (var group in prepaid.GroupBy(tier => (tier.Pool.VirtualAccountId, tier.License.TierGroup)))
        {
            TierSubstitution.Settle([.. group]);
        }
    }

    private async Task SettleAsync(TouchedPool touched)
    {
        var (key, pool, balanceBefore, _, _) = touched;
        var settlement = PoolSettlement.Of(balanceBefore, pool.Balance, pool.ShortSince, scope.Now);
        pool.ShortSince = settlement.ShortSince;
        if (!settlement.IsShort)
        {
            await scope.Alerts(accountId).ClearAsync(AlertSubjects.Insufficient(key));
            return;
        }

        var license = await LedgerNames.LicenseAsync(scope, key.EntitlementId);
        var virtualAccount = await LedgerNames.VirtualAccountAsync(scope, accountId, key.VirtualAccountId);
        if (settlement.ReportsShortage)
        {
            scope.Journal(accountId).Append(
                LicensingEvents.Insufficient(settlement.Shortage, license, virtualAccount),
                new EventPlace { VirtualAccountId = key.VirtualAccountId, EntitlementId = key.EntitlementId });
        }

        await scope.Alerts(accountId).RaiseAsync(new AlertDraft(
            AlertKind.InsufficientLicenses, AlertLevel.Major, AlertSubjects.Insufficient(key),
            AlertTexts.Insufficient(virtualAccount, license, settlement.Shortage))
        {
            VirtualAccountId = key.VirtualAccountId,
            EntitlementId = key.EntitlementId,
            Count = settlement.Shortage,
        });
    }

    /// <summary>"Upgrade Pending" is open while anything is pending (help ch. 4; domain rules 10.2).</summary>
    private async Task SettlePendingAsync(TouchedPool touched)
    {
        var (key, pool) = (touched.Key, touched.Pool);
        if (pool.Pending == touched.PendingBefore)
        {
            return;
        }

        if (pool.Pending == 0)
        {
            await scope.Alerts(accountId).ClearAsync(AlertSubjects.UpgradePending(key));
            return;
        }

        await scope.Alerts(accountId).RaiseAsync(new AlertDraft(
            AlertKind.UpgradePending, AlertLevel.Informational, AlertSubjects.UpgradePending(key),
            AlertTexts.UpgradePending(
                pool.Pending, await LedgerNames.LicenseAsync(scope, key.EntitlementId), await LedgerNames.VirtualAccountAsync(scope, accountId, key.VirtualAccountId)))
        {
            VirtualAccountId = key.VirtualAccountId,
            EntitlementId = key.EntitlementId,
            Count = pool.Pending,
        });
    }

    private async Task StepOverThresholdAsync(TouchedPool touched)
    {
        var (key, pool) = (touched.Key, touched.Pool);
        switch (ThresholdRules.Step(pool, scope.Now))
        {
            case ThresholdStep.Clear:
                await scope.Alerts(accountId).ClearAsync(AlertSubjects.Threshold(key));
                break;
            case ThresholdStep.Raise:
                var license = await LedgerNames.LicenseAsync(scope, key.EntitlementId);
                var virtualAccount = await LedgerNames.VirtualAccountAsync(scope, accountId, key.VirtualAccountId);
                await scope.Alerts(accountId).RaiseAsync(new AlertDraft(
                    AlertKind.LicenseThreshold, AlertLevel.Minor, AlertSubjects.Threshold(key), AlertTexts.Threshold(virtualAccount, license, ThresholdRules.Of(pool).Text))
                {
                    VirtualAccountId = key.VirtualAccountId,
                    EntitlementId = key.EntitlementId,
                });
                break;
        }
    }

    private async Task RecordHistoryAsync(Pool pool, long inUseBefore, bool hasRecovered)
    {
        var hour = PoolHours.Of(scope.Now);
        var row = await scope.Db.PoolHistory.FindAsync(accountId, pool.VirtualAccountId, pool.EntitlementId, pool.Billing, hour);
        if (row is null)
        {
            row = new PoolHistory
            {
                AccountId = accountId, VirtualAccountId = pool.VirtualAccountId, EntitlementId = pool.EntitlementId, Billing = pool.Billing, Hour = hour,

                // The hour begins with what was in use before its first change.
                PeakInUse = inUseBefore,
            };
            scope.Db.PoolHistory.Add(row);
        }

        row.Purchased = pool.Purchased;
        row.InUse = pool.InUse;
        row.Reserved = pool.Reserved;
        row.PeakInUse = Math.Max(row.PeakInUse, pool.InUse);
        (row.Pending, row.InTransition, row.Lent, row.Borrowed, row.ShortSince) = (pool.Pending, pool.InTransition, pool.Lent, pool.Borrowed, pool.ShortSince);
        row.RecoveredAt = hasRecovered ? scope.Now : row.RecoveredAt;
    }
}
