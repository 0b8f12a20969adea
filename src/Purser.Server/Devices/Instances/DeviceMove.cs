using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Search;

namespace Purser.Server.Devices.Instances;

/// <summary>
/// Product instances go with their virtual accounts to another Smart Account (SA-15). Numbers, certificates and wire identity stay: the next
/// message is answered from where the certificate leads now. Set-based, because there may be very many.
/// </summary>
internal static class DeviceMove
{
    /// <returns>Registered product instances that went.</returns>
    public static async Task<int> RunAsync(WriteScope scope, long from, long into, IReadOnlyCollection<long> places, CancellationToken cancellation)
    {
        var db = scope.Db;
        await MassChange.MoveAsync(scope, db.Devices.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId)), row => row.Id, from, into, cancellation);

        // What follows from where the instance lies.
        var moved = db.Devices.Where(row => row.AccountId == into && places.Contains(row.VirtualAccountId));
        await db.DeviceDirectory.Where(row => row.AccountId == from && moved.Any(device => device.Id == row.DeviceId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.UnitDirectory.Where(row => row.AccountId == from && moved.Any(device => device.Id == row.DeviceId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.IdentityCertificates.Where(row => row.AccountId == from && moved.Any(device => device.Id == row.DeviceId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.SearchEntries.Where(row => row.AccountId == from && row.Kind == SearchKind.Device && places.Contains(row.VirtualAccountId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        return await moved.CountAsync(row => row.State == DeviceState.Registered, cancellation);
    }
}
