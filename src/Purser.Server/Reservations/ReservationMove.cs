using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Store;

namespace Purser.Server.Reservations;

/// <summary>"All the reserved licenses for that product instance will move to the destination Virtual Account." (help ch. 6; domain rules 7.5)</summary>
internal static class ReservationMove
{
    /// <summary>
    /// Virtual accounts go to another Smart Account (SA-15). Reserved units name the lines of the other book; those without cover may name a line that
    /// has ended and stayed behind.
    /// </summary>
    /// <param name="lines">Line here → line there.</param>
    public static async Task CarryAsync(
        PurserContext db, long from, long into, IReadOnlyCollection<long> places, IReadOnlyDictionary<long, long> lines, CancellationToken cancellation)
    {
        var units = await db.ReservedUnits.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId)).ToListAsync(cancellation);
        db.ReservedUnits.RemoveRange(units);
        db.ReservedUnits.AddRange(units.Select(row => new ReservedUnits
        {
            AccountId = into, DeviceId = row.DeviceId, EntitlementId = row.EntitlementId, LineId = lines.GetValueOrDefault(row.LineId, row.LineId),
            VirtualAccountId = row.VirtualAccountId, Firm = row.Firm, InTransition = row.InTransition, Uncovered = row.Uncovered, Leaving = row.Leaving,
        }));
        await db.SaveChangesAsync(cancellation);
        var devices = db.Reservations.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId)).Select(row => row.DeviceId);
        await db.UsedRequestCodes.Where(row => row.AccountId == from && devices.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.ReservedUses.Where(row => row.AccountId == from && devices.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.Reservations.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        var batches = db.ReservationBatches.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId)).Select(row => row.Id);
        await db.ReservationBatchItems.Where(row => row.AccountId == from && batches.Contains(row.BatchId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.ReservationBatches.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
    }

    public static async Task RunAsync(WriteScope scope, CatalogSnapshot catalog, Device device, PoolEffects.VirtualAccountName from, PoolEffects.VirtualAccountName to, long transactionId)
    {
        var book = new ReservationBook(scope, device.AccountId);
        if (device.Mode != DeviceMode.Reserved || await book.FindAsync(device.Id) is not { } reservation)
        {
            return;
        }

        await book.MoveAsync(reservation, to.Id, transactionId);
        var units = (await book.UnitsAsync(device.Id)).Where(row => row.Sum > 0).ToList();
        var ids = units.Select(row => row.LineId).ToHashSet();
        var lines = await scope.Db.LicenseLines.Where(row => row.AccountId == device.AccountId && ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id);
        scope.Journal(device.AccountId).Append(
            ReservationEvents.Moved(
                device.DisplayName, from.Name, to.Name,
                units.Select(row => new ReservedPart(catalog.FindEntitlement(row.EntitlementId)!.Name, row.Sum, lines.GetValueOrDefault(row.LineId)?.EndsOn))),
            DeviceRemoval.PlaceOf(device) with { OtherVirtualAccountId = to.Id });
    }
}
