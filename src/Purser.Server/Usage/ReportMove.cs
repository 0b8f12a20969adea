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

        // What was left behind when they went away has come back with them.
        await db.UsageMeasures.Where(row => row.AccountId == into && moved.Contains(row.DeviceId)).ExecuteDeleteAsync(cancellation);
        await db.ReportingStays.Where(row => row.AccountId == into && moved.Contains(row.DeviceId)).ExecuteDeleteAsync(cancellation);
        await db.ReceivedReports.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.UsageMeasures.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.IssuedAuthorizations.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.PushedFiles.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.IssuedTrusts.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.ReportingStays.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.ReportingDevices.Where(row => row.AccountId == from && moved.Contains(row.DeviceId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await LeaveBillsAsync(scope, from, into, places, cancellation);
    }

    /// <summary>What they used before in virtual accounts that stay is billed there: their times and measurements stay as copies.</summary>
    private static async Task LeaveBillsAsync(WriteScope scope, long from, long into, IReadOnlyCollection<long> places, CancellationToken cancellation)
    {
        var db = scope.Db;
        var elsewhere = await db.ReportingStays
            .Where(row => row.AccountId == into && row.VirtualAccountId != null && !places.Contains(row.VirtualAccountId.Value) && db.VirtualAccounts.Any(place => place.AccountId == from && place.Id == row.VirtualAccountId)
                && db.Devices.Any(device => device.AccountId == into && device.Id == row.DeviceId && places.Contains(device.VirtualAccountId)))
            .Select(row => row.DeviceId).Distinct().ToListAsync(cancellation);
        foreach (var device in elsewhere)
        {
            var stays = await db.ReportingStays.AsNoTracking().Where(row => row.AccountId == into && row.DeviceId == device && row.From < scope.Now).ToListAsync(cancellation);
            db.ReportingStays.AddRange(stays.Select(row => new ReportingStay { AccountId = from, DeviceId = device, From = row.From, VirtualAccountId = row.VirtualAccountId }));
            db.ReportingStays.Add(new ReportingStay { AccountId = from, DeviceId = device, From = scope.Now });
            db.UsageMeasures.AddRange((await db.UsageMeasures.AsNoTracking().Where(row => row.AccountId == into && row.DeviceId == device).ToListAsync(cancellation)).Select(row => new UsageMeasure
            {
                AccountId = from, DeviceId = device, EntitlementId = row.EntitlementId, StartsAt = row.StartsAt, EndsAt = row.EndsAt, Quantity = row.Quantity, ReportId = row.ReportId,
            }));
        }

        await db.SaveChangesAsync(cancellation);
    }
}
