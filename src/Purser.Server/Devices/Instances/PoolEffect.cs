using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;

namespace Purser.Server.Devices.Instances;

/// <summary>What a command does to a pool: a preview shows it before, the answer after.</summary>
public sealed record PoolEffect(long VirtualAccountId, string VirtualAccount, long EntitlementId, string License, PoolFigures Before, PoolFigures After)
{
    public Billing Billing { get; init; }
}

public sealed record PoolFigures(long Purchased, long InUse, long Reserved, long Balance)
{
    internal static PoolFigures Of(Pool pool) => new(pool.Purchased, pool.InUse, pool.Reserved, pool.Balance);
}

/// <summary>Remembers the pools that some product instances use, and compares afterwards.</summary>
internal sealed class PoolEffects(long accountId)
{
    private readonly List<(VirtualAccountName Place, Entitlement License, Pool Pool, PoolFigures Before)> pools = [];

    public sealed record VirtualAccountName(long Id, string Name);

    /// <param name="places">The virtual accounts whose pools may change.</param>
    public static async Task<PoolEffects> BeginAsync(
        WriteScope scope, CatalogSnapshot catalog, long accountId, IReadOnlyList<Device> devices, params VirtualAccountName[] places)
    {
        var ids = devices.Select(device => device.Id).ToList();
        var licenses = await scope.Db.LicenseUses.Where(use => use.AccountId == accountId && ids.Contains(use.DeviceId) && !use.Released)
            .Select(use => use.EntitlementId)
            .Union(scope.Db.ReservedUnits.Where(units => units.AccountId == accountId && ids.Contains(units.DeviceId)).Select(units => units.EntitlementId)).ToListAsync();
        var billed = await scope.Db.UsagePlaces.Where(row => row.AccountId == accountId && licenses.Contains(row.EntitlementId)).Select(row => new { row.VirtualAccountId, row.EntitlementId }).ToListAsync();
        var effects = new PoolEffects(accountId);
        foreach (var license in licenses.Select(catalog.FindEntitlement).OfType<Entitlement>().OrderBy(license => license.Name, StringComparer.OrdinalIgnoreCase))
        {
            foreach (var place in places)
            {
                await effects.RememberAsync(scope, place, license, Billing.Prepaid);
                if (billed.Exists(row => row.VirtualAccountId == place.Id && row.EntitlementId == license.Id))
                {
                    await effects.RememberAsync(scope, place, license, Billing.Usage);
                }
            }
        }

        return effects;
    }

    public IReadOnlyList<PoolEffect> Compare() =>
    [
        .. pools.Select(entry => new PoolEffect(
                entry.Place.Id, entry.Place.Name, entry.License.Id, entry.Pool.Billing == Billing.Usage ? $"{entry.License.Name} (by usage)" : entry.License.Name, entry.Before, PoolFigures.Of(entry.Pool))
            {
                Billing = entry.Pool.Billing,
            })
            .Where(effect => effect.Billing == Billing.Prepaid || effect.Before != effect.After),
    ];

    private async Task RememberAsync(WriteScope scope, VirtualAccountName place, Entitlement license, Billing billing)
    {
        var pool = await scope.Ledger(accountId).PoolAsync(new PoolKey(place.Id, license.Id, billing));
        pools.Add((place, license, pool, PoolFigures.Of(pool)));
    }
}
