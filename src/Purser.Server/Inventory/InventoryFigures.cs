using Microsoft.EntityFrameworkCore;
using Purser.Server.Devices;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Inventory;

/// <summary>The key figures of a virtual account, above its tabs.</summary>
/// <param name="Licenses">How many kinds of licenses have a row.</param>
/// <param name="Short">How many of them are out of compliance.</param>
public sealed record VirtualAccountFigures(int Licenses, int Short, RowCount Devices);

public sealed class InventoryFigures(Database database)
{
    public async Task<VirtualAccountFigures> HandleAsync(long accountId, long virtualAccountId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var pools = db.Pools.Where(pool => pool.AccountId == accountId && pool.VirtualAccountId == virtualAccountId);
        // The rows of the license table: a license billed by usage has one where its subscription lies.
        var licenses = await pools.GroupBy(_ => 1).Select(all => new
        {
            Shown = all.Count(pool => pool.Purchased + pool.Pending + pool.InUse + pool.Firm + pool.InTransition + pool.Uncovered > 0
                || (pool.Billing == Billing.Usage && db.UsagePlaces.Any(place =>
                    place.AccountId == accountId && place.EntitlementId == pool.EntitlementId && place.VirtualAccountId == virtualAccountId))),
            Short = all.Count(pool => pool.ShortSince != null),
        }).FirstOrDefaultAsync(cancellation);
        var devices = await db.Devices
            .Where(device => device.AccountId == accountId && device.VirtualAccountId == virtualAccountId && device.State == DeviceState.Registered)
            .CountUpToLimitAsync(cancellation);
        return new VirtualAccountFigures(licenses?.Shown ?? 0, licenses?.Short ?? 0, devices);
    }
}
