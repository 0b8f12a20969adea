using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Devices;

namespace Purser.Server.Reservations;

/// <summary>The alerts of reserving product instances (help ch. 2, 6; domain rules 10.2).</summary>
internal static class ReservationAlerts
{
    /// <summary>A term ended while these product instances reserve of it (domain rules 8.5).</summary>
    public static async Task ExpiredAsync(WriteScope scope, long accountId, IReadOnlyCollection<long> devices)
    {
        foreach (var device in await scope.Db.Devices.Where(row => row.AccountId == accountId && devices.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync())
        {
            await RaiseAsync(scope, device, AlertKind.ReservedLicenseExpired, AlertLevel.Minor, AlertSubjects.ReservedExpired(device.Id));
        }
    }

    public static Task PendingAsync(WriteScope scope, Device device) =>
        RaiseAsync(scope, device, AlertKind.ReservationPending, AlertLevel.Informational, AlertSubjects.ReservationPending(device.Id));

    public static Task FailedAsync(WriteScope scope, Device device) =>
        RaiseAsync(scope, device, AlertKind.PendingRemoval, AlertLevel.Informational, AlertSubjects.PendingRemoval(device.Id));

    /// <summary>In the virtual account in which the reservation lay (help ch. 2).</summary>
    public static async Task ReturnedAsync(WriteScope scope, Device device, string virtualAccount, IEnumerable<string> licenses) => await scope.Alerts(device.AccountId).RaiseAsync(
        new AlertDraft(
            AlertKind.ReservedLicensesReturned, AlertLevel.Informational, AlertSubjects.ReservationReturned(device.Id),
            AlertTexts.Fill(AlertKind.ReservedLicensesReturned, ("PI Name", device.DisplayName), ("VA Name", virtualAccount), ("licenses", string.Join(", ", licenses.Select(name => $"\"{name}\"")))))
        {
            VirtualAccountId = device.VirtualAccountId,
        });

    private static Task RaiseAsync(WriteScope scope, Device device, AlertKind kind, AlertLevel level, string subject) => scope.Alerts(device.AccountId).RaiseAsync(
        new AlertDraft(kind, level, subject, AlertTexts.Fill(kind, ("Product Name", device.DisplayName))) { VirtualAccountId = device.VirtualAccountId, DeviceId = device.Id });
}
