using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Licenses;
using Purser.Server.Reservations.Rules;

namespace Purser.Server.Reservations;

/// <summary>What reserving product instances report: the part beyond the reservation counts in the pools, and is right again when the reservation changes (SP-06).</summary>
internal sealed class ReservedUseBook(WriteScope scope, long accountId)
{
    private readonly ReportedUse uses = new(scope, accountId);
    private readonly ReservationBook reservations = new(scope, accountId);

    /// <summary>Units that need no others; null: all of them.</summary>
    public async Task<long?> CoverAsync(Device device, long license) =>
        device.Mode != DeviceMode.Reserved ? 0
        : await reservations.FindAsync(device.Id) is { Kind: ReservationKind.Universal } ? null
        : (await reservations.UnitsAsync(device.Id)).Where(row => row.EntitlementId == license).Sum(row => row.Sum);

    /// <summary>The newest report tells so many.</summary>
    public async Task SetAsync(Device device, long license, long reported)
    {
        if (device.Mode == DeviceMode.Reserved)
        {
            await RememberAsync(device.Id, license, reported);
        }

        await CountAsync(device, license, reported);
    }

    /// <summary>The reservation was changed: what it covers no longer counts in use, what it covers no more does.</summary>
    public async Task RenewAsync(Device device)
    {
        if (device.State != DeviceState.Registered)
        {
            return;
        }

        foreach (var row in await scope.Db.ReservedUses.Where(row => row.AccountId == accountId && row.DeviceId == device.Id).OrderBy(row => row.EntitlementId).ToListAsync())
        {
            await CountAsync(device, row.EntitlementId, row.Reported);
        }
    }

    private async Task CountAsync(Device device, long license, long reported) =>
        await uses.SetAsync(device, license, new ReservedShare(reported, await CoverAsync(device, license)).Beyond);

    private async Task RememberAsync(long deviceId, long license, long reported)
    {
        var row = await scope.Db.ReservedUses.FindAsync(accountId, deviceId, license);
        if (row is null)
        {
            row = new ReservedUse { AccountId = accountId, DeviceId = deviceId, EntitlementId = license };
            scope.Db.ReservedUses.Add(row);
        }

        row.Reported = reported;
    }
}
