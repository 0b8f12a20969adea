using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Licenses;
using Purser.Server.Reservations.Rules;

namespace Purser.Server.Reservations;

/// <summary>
/// What reserving product instances report: the part beyond the reservation counts in the pools, and is right again when the reservation changes (SP-06). The
/// units of a high availability set reserve each for itself and report together: what any of them reserves covers the use of the set.
/// </summary>
internal sealed class ReservedUseBook(WriteScope scope, long accountId)
{
    private readonly ReportedUse uses = new(scope, accountId);
    private readonly ReservationBook reservations = new(scope, accountId);

    /// <summary>Units that need no others; null: all of them.</summary>
    public async Task<long?> CoverAsync(Device device, long license)
    {
        var sum = 0L;
        foreach (var unit in await ReservingUnitsAsync(device))
        {
            if (await reservations.FindAsync(unit) is { Kind: ReservationKind.Universal })
            {
                return null;
            }

            sum += (await reservations.UnitsAsync(unit)).Where(row => row.EntitlementId == license && row.VirtualAccountId == device.VirtualAccountId).Sum(row => row.Sum);
        }

        return sum;
    }

    /// <summary>The newest report tells so many.</summary>
    public async Task SetAsync(Device device, long license, long reported)
    {
        var covered = await CoverAsync(device, license);
        if (device.Mode == DeviceMode.Reserved || covered != 0)
        {
            await RememberAsync(device.Id, license, reported);
        }

        await CountAsync(device, license, reported, covered);
    }

    /// <summary>The reservation was changed: what it covers no longer counts in use, what it covers no more does; also where another unit of its set reports.</summary>
    public async Task RenewAsync(Device device)
    {
        var key = HaUnits.RegisteredUdi(device).Key;
        var reporting = await (
            from row in scope.Db.ReservedUses
            join told in scope.Db.ReportingDevices on new { row.AccountId, row.DeviceId } equals new { told.AccountId, told.DeviceId }
            where row.AccountId == accountId && (row.DeviceId == device.Id || told.Units.Contains(key))
            orderby row.DeviceId, row.EntitlementId
            select row).ToListAsync();
        foreach (var row in reporting.Where(row => scope.Db.Entry(row).State != EntityState.Deleted))
        {
            if (await scope.Db.Devices.FindAsync(accountId, row.DeviceId) is { State: DeviceState.Registered } told)
            {
                await CountAsync(told, row.EntitlementId, row.Reported, await CoverAsync(told, row.EntitlementId));
            }
        }
    }

    private async Task CountAsync(Device device, long license, long reported, long? covered)
    {
        if (await scope.Db.ReservedUses.FindAsync(accountId, device.Id, license) is { } row)
        {
            row.Covered = covered;
        }

        await uses.SetAsync(device, license, new ReservedShare(reported, covered).Beyond);
    }

    /// <summary>It itself, if it reserves, and the other units of its set that do.</summary>
    private async Task<IReadOnlyList<long>> ReservingUnitsAsync(Device device)
    {
        var units = new List<long>();
        if (device.Mode == DeviceMode.Reserved)
        {
            units.Add(device.Id);
        }

        if (await scope.Db.ReportingDevices.FindAsync(accountId, device.Id) is { Units.Length: > 0 } told)
        {
            var (keys, own) = (told.Units.Split('\n'), HaUnits.RegisteredUdi(device).Key);
            units.AddRange(await (
                from known in scope.Db.DeviceDirectory
                join unit in scope.Db.Devices on new { known.AccountId, Id = known.DeviceId } equals new { unit.AccountId, unit.Id }
                where known.AccountId == accountId && known.ProductId == device.ProductId && keys.Contains(known.Udi) && known.Udi != own && unit.Id != device.Id
                    && unit.Mode == DeviceMode.Reserved && unit.State == DeviceState.Registered
                orderby unit.Id
                select unit.Id).ToListAsync());
        }

        return units;
    }

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
