using System.Collections.Concurrent;
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

/// <summary>
/// Every page of the inventory asks for them. To find that there are more product instances than are counted takes longer than all the rest, and
/// hardly changes: it is kept for a few seconds.
/// </summary>
public sealed class InventoryFigures(Database database, TimeProvider machine)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    /// <summary>When more product instances than are counted were last found in a virtual account of an account.</summary>
    private readonly ConcurrentDictionary<(long Account, long VirtualAccount), DateTimeOffset> beyondCounting = new();

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
        return new VirtualAccountFigures(licenses?.Shown ?? 0, licenses?.Short ?? 0, await DevicesAsync(db, accountId, virtualAccountId, cancellation));
    }

    private async Task<RowCount> DevicesAsync(PurserContext db, long accountId, long virtualAccountId, CancellationToken cancellation)
    {
        var (key, now) = ((accountId, virtualAccountId), machine.GetUtcNow());
        if (beyondCounting.TryGetValue(key, out var found) && now - found < Kept)
        {
            return new RowCount(RowCount.Exact, More: true);
        }

        var devices = await db.Devices
            .Where(device => device.AccountId == accountId && device.VirtualAccountId == virtualAccountId && device.State == DeviceState.Registered)
            .CountUpToLimitAsync(cancellation);
        if (devices.More)
        {
            beyondCounting[key] = now;
        }
        else
        {
            beyondCounting.TryRemove(key, out _);
        }

        return devices;
    }
}
