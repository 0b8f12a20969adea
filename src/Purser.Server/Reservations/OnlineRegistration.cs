using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Reservations;

/// <summary>
/// A registered device may ask for a reservation (device reference 2.4). With the authorization it never calls again, so its registration ends when
/// licenses are reserved for it in the virtual account where it is registered: what it uses is free first, and counts once.
/// </summary>
internal static class OnlineRegistration
{
    public static Task<Device?> FindAsync(PurserContext db, long accountId, long virtualAccountId, string udi, long productId, CancellationToken cancellation) =>
        db.Devices.FirstOrDefaultAsync(
            device => device.AccountId == accountId && device.VirtualAccountId == virtualAccountId && device.State == DeviceState.Registered && device.Mode == DeviceMode.Direct
                && db.DeviceDirectory.Any(row => row.Udi == udi && row.ProductId == productId && row.AccountId == accountId && row.DeviceId == device.Id),
            cancellation);

    /// <summary>License → what it uses and will be free.</summary>
    public static async Task<IReadOnlyDictionary<long, long>> UsedAsync(PurserContext db, Device device, CancellationToken cancellation) =>
        await db.LicenseUses.Where(use => use.AccountId == device.AccountId && use.DeviceId == device.Id && !use.Released && !use.Covered && !use.IsLocked)
            .ToDictionaryAsync(use => use.EntitlementId, use => use.Requested, cancellation);

    /// <returns>Null: it is ended, or there was none here.</returns>
    public static async Task<Refusal?> EndAsync(WriteScope scope, long accountId, long virtualAccountId, string udi, long productId, CancellationToken cancellation)
    {
        if (await FindAsync(scope.Db, accountId, virtualAccountId, udi, productId, cancellation) is not { } device)
        {
            return null;
        }

        var name = DeviceNaming.Plain(device.DisplayName);
        if (!scope.Actor.May(Permission.DeviceRemove, accountId, virtualAccountId))
        {
            return Refused($"The product instance {name} is registered online, and its registration would end. You may not remove product instances here: deregister it on the device first.");
        }

        // Only the device itself or an operator releases those (domain rules 9.3).
        if (await scope.Db.LicenseUses.AnyAsync(use => use.AccountId == accountId && use.DeviceId == device.Id && use.IsLocked, cancellation))
        {
            return Refused($"The product instance {name} is registered online and holds restricted licenses, which only it can release. Deregister it on the device first.");
        }

        await DeviceRemoval.RemoveAsync(scope, device, "Licenses were reserved for it");
        await scope.Db.SaveChangesAsync(cancellation);
        return null;
    }

    private static Refusal Refused(string detail) => Verdict.Refused(RefusalCode.AlreadyExists, detail, "requestCode");
}
