using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Devices.Instances;

/// <summary>The product instances of a virtual account, or of all that the reader may see (PI-04).</summary>
public sealed class ListDevices(Database database, DomainClock clock, CatalogCache catalogs)
{
    /// <param name="virtualAccountId">Null: all virtual accounts within reach.</param>
    public async Task<Page<DeviceLine>> HandleAsync(
        Actor actor, long accountId, long? virtualAccountId, DeviceFilter filter, PageRequest request, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId, filter.IsNarrow);
        var page = await Query(db, actor, accountId, virtualAccountId, filter).ToPageAsync(OrderOf(virtualAccountId, filter), request, cancellation);
        var around = await AroundAsync(db, accountId, page.Items, cancellation);
        return page.Map(device => DeviceLine.Of(device, around));
    }

    /// <summary>The whole list, for export.</summary>
    public async IAsyncEnumerable<DeviceLine> AllAsync(Actor actor, long accountId, long? virtualAccountId, DeviceFilter filter)
    {
        await using var list = database.Read(accountId, filter.IsNarrow);
        await using var db = database.Read(accountId);
        var order = OrderOf(virtualAccountId, filter);
        var query = Query(list, actor, accountId, virtualAccountId, filter);
        await foreach (var piece in order.PiecesAsync(query))
        {
            var around = await AroundAsync(db, accountId, piece, CancellationToken.None);
            foreach (var device in piece)
            {
                yield return DeviceLine.Of(device, around);
            }
        }
    }

    private static Keyset<Device> OrderOf(long? virtualAccountId, DeviceFilter filter) =>
        virtualAccountId is null ? new DeviceFilter().Order : filter.Order;

    private async Task<DeviceSurroundings> AroundAsync(PurserContext db, long accountId, IReadOnlyList<Device> devices, CancellationToken cancellation) =>
        await DeviceSurroundings.LoadAsync(db, await catalogs.CurrentAsync(cancellation), accountId, devices, clock.Now, cancellation);

    private IQueryable<Device> Query(PurserContext db, Actor actor, long accountId, long? virtualAccountId, DeviceFilter filter)
    {
        var devices = db.Devices.Where(device => device.AccountId == accountId && device.State == DeviceState.Registered);
        return filter.Narrow(db, Limit(devices, actor.ReachOf(Permission.DeviceView, accountId), virtualAccountId), accountId, clock.Now);
    }

    private static IQueryable<Device> Limit(IQueryable<Device> devices, Reach reach, long? virtualAccountId) => virtualAccountId switch
    {
        { } one when reach.Covers(one) => devices.Where(device => device.VirtualAccountId == one),
        null when reach.IsWhole => devices,
        null => devices.Where(device => reach.VirtualAccountIds.Contains(device.VirtualAccountId)),
        _ => devices.Where(device => false),
    };
}
