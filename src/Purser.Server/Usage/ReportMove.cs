using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;

namespace Purser.Server.Usage;

/// <summary>Usage reports go with their product instances to another Smart Account (SA-15). Answers that wait to be polled for stay: they are of who asked.</summary>
internal static class ReportMove
{
    /// <summary>The product instances have gone already.</summary>
    public static async Task RunAsync(WriteScope scope, long from, long into, IReadOnlyCollection<long> places, CancellationToken cancellation)
    {
        var db = scope.Db;
        var moved = db.Devices.Where(row => row.AccountId == into && places.Contains(row.VirtualAccountId)).Select(row => row.Id);
        await db.ReceivedReports.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.UsageMeasures.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.IssuedAuthorizations.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.PushedFiles.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.IssuedTrusts.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.ReportingStays.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.ReportingDevices.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
    }
}
