using Microsoft.EntityFrameworkCore;
using Purser.Server.Devices;
using Purser.Server.Http;
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
        var shown = await pools.CountAsync(pool => pool.Purchased + pool.Pending + pool.InUse + pool.Firm + pool.InTransition + pool.Uncovered > 0, cancellation);
        var lacking = await pools.CountAsync(pool => pool.ShortSince != null, cancellation);
        var devices = await db.Devices
            .Where(device => device.AccountId == accountId && device.VirtualAccountId == virtualAccountId && device.State == DeviceState.Registered)
            .CountUpToLimitAsync(cancellation);
        return new VirtualAccountFigures(shown, lacking, devices);
    }
}
