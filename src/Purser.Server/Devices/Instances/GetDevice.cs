using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Devices.Instances;

/// <summary>Product instances in full, for those who may see their virtual account (PI-04).</summary>
public sealed class GetDevice(Database database, DomainClock clock, CatalogCache catalogs)
{
    /// <param name="virtualAccountId">The virtual account in which it is looked for; null: wherever it lies.</param>
    public async Task<Verdict<DeviceDetails>> HandleAsync(
        Actor actor, long accountId, long? virtualAccountId, long deviceId, CancellationToken cancellation = default)
    {
        var found = (await ManyAsync(actor, accountId, [deviceId], cancellation)).SingleOrDefault();
        return found is not null && (virtualAccountId is null || found.VirtualAccountId == virtualAccountId) ? found : NotFound();
    }

    /// <summary>Several at once, in the order asked for; those that the reader may not see are left out.</summary>
    public async Task<IReadOnlyList<DeviceDetails>> ManyAsync(
        Actor actor, long accountId, IReadOnlyList<long> deviceIds, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var devices = await db.Devices
            .Where(device => device.AccountId == accountId && deviceIds.Contains(device.Id) && device.State == DeviceState.Registered)
            .ToDictionaryAsync(device => device.Id, cancellation);
        var reach = actor.ReachOf(Permission.DeviceView, accountId);
        var seen = deviceIds.Distinct().Where(id => devices.TryGetValue(id, out var device) && reach.Covers(device.VirtualAccountId)).Select(id => devices[id]).ToList();
        if (seen.Count == 0)
        {
            return [];
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        var around = await DeviceSurroundings.LoadAsync(db, catalog, accountId, seen, clock.Now, cancellation);
        var licenses = await DeviceLicenses.LoadAsync(db, catalog, accountId, seen, cancellation);
        return [.. seen.Select(device => DeviceDetails.Of(device, around, licenses.Of(device)))];
    }

    /// <summary>The number of a product instance of the account by its UDI and product (a tag, a bare uuid or a name); null where there is none.</summary>
    public async Task<long?> FindAsync(long accountId, Udi udi, string product, CancellationToken cancellation = default)
    {
        if ((await catalogs.CurrentAsync(cancellation)).FindProduct(product) is not { } known)
        {
            return null;
        }

        await using var db = database.Read(accountId);
        return await db.DeviceDirectory.Where(row => row.Udi == udi.Key && row.ProductId == known.Id && row.AccountId == accountId)
            .Select(row => (long?)row.DeviceId).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>The row of one that lies in this virtual account.</summary>
    internal static Task<Device?> InPlaceAsync(PurserContext db, long accountId, long virtualAccountId, long deviceId, CancellationToken cancellation) => db.Devices.FirstOrDefaultAsync(
        row => row.AccountId == accountId && row.Id == deviceId && row.VirtualAccountId == virtualAccountId && row.State == DeviceState.Registered, cancellation);

    internal static Refusal NotFound() => Verdict.Refused(RefusalCode.NotFound, "There is no such product instance that you can see.");
}
