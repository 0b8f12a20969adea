using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Licenses;

namespace Purser.Server.Reservations;

/// <summary>"All the reserved licenses for that product instance will move to the destination Virtual Account." (help ch. 6; domain rules 7.5)</summary>
internal static class ReservationMove
{
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
