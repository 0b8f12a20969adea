using Microsoft.EntityFrameworkCore;
using Purser.Server.Devices;
using Purser.Server.Reservations;
using Purser.Server.Reservations.Rules;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>Product instances whose reservation was made before they were upgraded to licensing by policy, and what of it they use (SP-06).</summary>
internal static class ReservedRequests
{
    public const int Most = 20;

    /// <returns>One more than <see cref="Most"/> where there are more.</returns>
    public static async Task<IReadOnlyList<ReservedRequest>> ReadAsync(PurserContext db, Pool pool, CancellationToken cancellation)
    {
        var found = await (
            from use in db.ReservedUses
            join device in db.Devices on new { use.AccountId, Id = use.DeviceId } equals new { device.AccountId, device.Id }
            where use.AccountId == pool.AccountId && use.EntitlementId == pool.EntitlementId && device.VirtualAccountId == pool.VirtualAccountId && use.Reported > 0 && use.Covered != 0
            orderby use.Reported descending, use.DeviceId
            select new { device.Id, device.DisplayName, use.Reported, use.Covered }).Take(Most + 1).ToListAsync(cancellation);
        return found.ConvertAll(one => new ReservedRequest(one.Id, DeviceNaming.Plain(one.DisplayName), new ReservedShare(one.Reported, one.Covered).Text));
    }
}
