using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Jobs;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// After a change of the catalog's tiers, what is lent between them is settled anew wherever it differs (LI-11). Otherwise every command settles the
/// groups that it touches, and there is nothing to do here.
/// </summary>
public sealed class SettleTiers(Database database, WritePath writePath, CatalogCache catalogs) : IJob
{
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private long settledVersion = -1;

    public async Task<string> RunAsync(CancellationToken cancellation) => $"{await HandleAsync(cancellation)} accounts had tiers to settle";

    /// <returns>How many accounts had something to settle.</returns>
    public async Task<int> HandleAsync(CancellationToken cancellation = default)
    {
        var catalog = await catalogs.CurrentAsync(cancellation);
        if (catalog.Version == settledVersion)
        {
            return 0;
        }

        var accounts = await DifferingAsync(catalog, cancellation);
        foreach (var (account, pools) in accounts)
        {
            foreach (var slice in pools.Chunk(500))
            {
                var verdict = await writePath.RunAsync<Done>(new Command("licenses.settle-tiers", Actor.System, new { }) { Accounts = [account], Ids = 64 + slice.Length }, async scope =>
                {
                    foreach (var key in slice)
                    {
                        await scope.Ledger(account).PoolAsync(key);
                    }

                    return Verdict.Done;
                }, cancellation);
                if (!verdict.IsOk)
                {
                    throw new InvalidOperationException($"Tiers of account {account} could not be settled: {verdict.Refusal}");
                }
            }
        }

        settledVersion = catalog.Version;
        return accounts.Count;
    }

    private async Task<Dictionary<long, List<PoolKey>>> DifferingAsync(CatalogSnapshot catalog, CancellationToken cancellation)
    {
        var tiers = catalog.Entitlements.Where(license => !string.IsNullOrEmpty(license.TierGroup)).Select(license => license.Id).ToList();
        await using var db = database.Read();
        var pools = await db.Pools.Where(pool => pool.Billing == Billing.Prepaid && (tiers.Contains(pool.EntitlementId) || pool.Lent > 0 || pool.Borrowed > 0)).ToListAsync(cancellation);
        var groups = pools.GroupBy(pool => (pool.AccountId, pool.VirtualAccountId, Group: catalog.FindEntitlement(pool.EntitlementId)?.TierGroup ?? ""));
        var found = new Dictionary<long, List<PoolKey>>();
        foreach (var group in groups)
        {
            var changed = TierSubstitution.Settle([.. group.Select(pool => (catalog.FindEntitlement(pool.EntitlementId)!, pool))]);
            if (changed.Count > 0)
            {
                found.TryAdd(group.Key.AccountId, []);
                found[group.Key.AccountId].AddRange(changed.Select(pool => new PoolKey(pool.VirtualAccountId, pool.EntitlementId)));
            }
        }

        return found;
    }
}
