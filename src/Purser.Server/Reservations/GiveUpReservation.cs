using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Usage;

namespace Purser.Server.Reservations;

/// <summary>
/// A reserving device registers online: it drops its code, and what it reserved is free in the virtual account in which the reservation lies (help ch. 6;
/// RS-08; domain rules 8.9). In its own Smart Account the token is proof enough; elsewhere the device proves by a return code that it had the reservation.
/// </summary>
public sealed class GiveUpReservation(WritePath writePath, CatalogCache catalogs, AuthorizationMint mint)
{
    public const string Name = "reservations.give-up";

    public sealed record Input(long DeviceId, long IntoAccountId, long IntoVirtualAccountId, string? ReturnCode);

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        var catalog = await catalogs.CurrentAsync(cancellation);
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            var work = new ReservationWork(scope, catalog, mint, accountId);
            var device = await scope.Db.Devices.FirstOrDefaultAsync(row => row.AccountId == accountId && row.Id == input.DeviceId && row.State == DeviceState.Registered, cancellation);
            if (device is null || await work.Book.FindAsync(input.DeviceId) is not { } reservation)
            {
                // Somebody ended it in between: the registration is decided anew.
                return Verdict.Done;
            }

            var isElsewhere = input.IntoAccountId != accountId;
            if (isElsewhere && (input.ReturnCode is null || DeviceCodes.JudgeReturn(reservation, input.ReturnCode) is not null))
            {
                return Verdict.Refused(
                    RefusalCode.OtherAccount,
                    "Licenses are reserved for a product instance with this UDI in another Smart Account. Return the reservation on the device that has it, or have its Smart Account or the license authority's operator remove it; then register again.");
            }

            var (origin, place) = (reservation.Origin, await work.PlaceAsync(reservation));
            var licenses = (await work.Book.UnitsAsync(device.Id)).Where(row => row.Sum > 0).Select(row => catalog.FindEntitlement(row.EntitlementId)!.Name).Distinct().Order(StringComparer.Ordinal).ToList();
            if (isElsewhere)
            {
                await work.EndAsync(reservation, device, "Registered in another Smart Account");
            }
            else
            {
                await work.ReleaseAsync(reservation, device);
                await ReportingStays.MoveAsync(scope, device, null);
                device.Mode = DeviceMode.Direct;
            }

            if (origin == ReservationOrigin.Factory && (isElsewhere || input.IntoVirtualAccountId != reservation.VirtualAccountId))
            {
                await ReservationAlerts.ReturnedAsync(scope, device, place, licenses);
            }

            return Verdict.Done;
        }, cancellation);
    }
}
