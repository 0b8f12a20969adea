using Microsoft.EntityFrameworkCore;
using Purser.Server.Devices;
using Purser.Server.Reservations;
using Purser.Server.Reservations.Rules;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>Product instances whose reservation was made before they were upgraded to licensing by policy, and what of it they use (SP-06).</summary>
internal static class ReservedRequests
{
    private const int Most = 20;

    public static async Task<IReadOnlyList<ReservedRequest>> ReadAsync(PurserContext db, Pool pool, CancellationToken cancellation)
    {
        var found = await (
            from use in db.ReservedUses
            join reservation in db.Reservations on new { use.AccountId, use.DeviceId } equals new { reservation.AccountId, reservation.DeviceId }
            join device in db.Devices on new { use.AccountId, Id = use.DeviceId } equals new { device.AccountId, device.Id }
            where use.AccountId == pool.AccountId && use.EntitlementId == pool.EntitlementId && reservation.VirtualAccountId == pool.VirtualAccountId && use.Reported > 0
            orderby use.Reported descending, use.DeviceId
            select new { device.Id, device.DisplayName, use.Reported, IsUniversal = reservation.Kind == ReservationKind.Universal }).Take(Most).ToListAsync(cancellation);
        var devices = found.ConvertAll(one => one.Id);
        var units = (await db.ReservedUnits.Where(row => row.AccountId == pool.AccountId && devices.Contains(row.DeviceId) && row.EntitlementId == pool.EntitlementId).ToListAsync(cancellation))
            .ToLookup(row => row.DeviceId, row => row.Sum);
        return found.ConvertAll(one => new ReservedRequest(one.Id, DeviceNaming.Plain(one.DisplayName), new ReservedShare(one.Reported, one.IsUniversal ? null : units[one.Id].Sum()).Text));
    }
}
