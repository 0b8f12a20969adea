using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.Pki;
using Purser.Server.Usage;

namespace Purser.Server.Devices.Instances;

/// <summary>
/// A product instance goes: its row stays for its history, its use is released, its certificate opens nothing any more. At its next contact it is
/// told that its identity is unknown, because the directory no longer knows it (domain rules 7.6).
/// </summary>
internal static class DeviceRemoval
{
    public static async Task RemoveAsync(WriteScope scope, Device device, string reason)
    {
        await scope.Ledger(device.AccountId).ReleaseUsesAsync(device.Id, keepDemand: false);
        await scope.Alerts(device.AccountId).ClearDeviceAsync(device.Id);
        device.State = DeviceState.Removed;
        device.RemovedAt = scope.Now;
        await scope.Db.DeviceDirectory.Where(row => row.Piid == device.Piid).ExecuteDeleteAsync();
        await scope.Db.UnitDirectory.Where(row => row.AccountId == device.AccountId && row.DeviceId == device.Id).ExecuteDeleteAsync();
        device.Units = "";
        (device.DetachedAt, device.DetachedUntil, device.SilenceFrom) = (null, null, null);
        await RevokeAsync(scope, device, reason);
        await ReportingStays.MoveAsync(scope, device, null);
        scope.Journal(device.AccountId).Append(ProductInstanceEvents.Removed(device.DisplayName), PlaceOf(device));
    }

    public static EventPlace PlaceOf(Device device) => new() { VirtualAccountId = device.VirtualAccountId, DeviceId = device.Id };

    /// <summary>Its certificates open nothing any more.</summary>
    public static async Task RevokeAsync(WriteScope scope, Device device, string reason)
    {
        foreach (var certificate in await scope.Db.IdentityCertificates
            .Where(row => row.AccountId == device.AccountId && row.DeviceId == device.Id && row.RevokedAt == null && row.NotAfter > scope.Now).ToListAsync())
        {
            (certificate.State, certificate.RevokedAt, certificate.RevocationReason) = (CertificateState.Revoked, scope.Now, reason);
        }
    }
}
