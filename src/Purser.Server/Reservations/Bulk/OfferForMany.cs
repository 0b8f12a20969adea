using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Reservations.Bulk;

/// <summary>The licenses of a virtual account that may be chosen for all request codes which name none. Reads only.</summary>
public sealed class OfferForMany(Database database, CatalogCache catalogs)
{
    /// <summary>What is more is named in the file.</summary>
    public const int Most = 100;

    public sealed record License(long EntitlementId, string Name, long Available);

    public async Task<IReadOnlyList<License>> HandleAsync(Actor actor, long accountId, long virtualAccountId, CancellationToken cancellation = default)
    {
        if (!actor.May(Permission.LicenseReserve, accountId, virtualAccountId))
        {
            return [];
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        await using var db = database.Read(accountId);
        var pools = await db.Pools.Where(row => row.AccountId == accountId && row.VirtualAccountId == virtualAccountId && row.Billing == Billing.Prepaid).ToListAsync(cancellation);
        return [.. pools.Where(pool => pool.Available > 0)
            .Select(pool => new License(pool.EntitlementId, catalog.FindEntitlement(pool.EntitlementId)!.Name, pool.Available))
            .OrderBy(license => license.Name, StringComparer.OrdinalIgnoreCase).Take(Most)];
    }
}
