using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Reservations;

/// <summary>What the commands on a reservation that is there have in common: find it, do it, show it.</summary>
public sealed class ReservationChange(WritePath writePath, CatalogCache catalogs, AuthorizationMint mint)
{
    internal delegate Task<Refusal?> Act(WriteScope scope, ReservationWork work, CatalogSnapshot catalog, Reservation reservation, Device device);

    /// <param name="permission">Asked for in the virtual account too; null: the route's own is enough.</param>
    internal async Task<Verdict<ReservationView>> RunAsync(
        Command command, long virtualAccountId, long deviceId, Permission? permission, Act act, CancellationToken cancellation)
    {
        var accountId = command.Accounts[0];
        if (permission is { } needed && !command.Actor.May(needed, accountId, virtualAccountId))
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "You may not change reservations of this virtual account.");
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        return await writePath.RunAsync<ReservationView>(command, async scope =>
        {
            var device = await scope.Db.Devices.FirstOrDefaultAsync(row => row.AccountId == accountId && row.Id == deviceId && row.VirtualAccountId == virtualAccountId, cancellation);
            if (device is null)
            {
                return GetDevice.NotFound();
            }

            var work = new ReservationWork(scope, catalog, mint, accountId);
            if (device.State != DeviceState.Registered || await work.Book.FindAsync(deviceId) is not { } reservation)
            {
                return Verdict.Refused(
                    RefusalCode.Conflict,
                    device.State == DeviceState.Removed ? $"This product instance was removed on {device.RemovedAt:d MMMM yyyy}. What it reserved was returned then." : "This product instance has no reservation.");
            }

            if (await act(scope, work, catalog, reservation, device) is { } refusal)
            {
                return refusal;
            }

            await new ReservedUseBook(scope, accountId).RenewAsync(device);

            // Read before it may go: the answer to an end is what was there.
            await scope.Db.SaveChangesAsync(cancellation);
            var view = await ReservationView.OfAsync(scope.Db, catalog, reservation, device.DisplayName, cancellation);
            var hasEnded = scope.Db.Entry(reservation).State == EntityState.Detached;
            return command.DryRun || hasEnded ? view with { Authorization = "" } : view;
        }, cancellation);
    }
}
