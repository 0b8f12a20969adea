using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Store;

namespace Purser.Cli.Collector.Devices;

/// <summary>Forgets a product instance and what was carried for it. What nobody else has yet is not forgotten: first it is answered.</summary>
internal sealed class RemoveDevice(CollectorStore store)
{
    /// <returns>Null: done; otherwise why not.</returns>
    public Task<string?> RunAsync(long id, CancellationToken cancel) => store.ChangeAsync(
        async db =>
        {
            if (await db.Devices.FirstOrDefaultAsync(row => row.Id == id, cancel) is not { } device)
            {
                return "there is no such product instance here";
            }

            var files = db.Files.Where(file => file.DeviceId == id);
            if (await files.AnyAsync(file => file.State == FileState.Waiting || file.State == FileState.Forwarded || file.State == FileState.Exported, cancel))
            {
                return $"{device.Called} has files here that the authority has not answered; they go first: forward, or bundle export";
            }

            // One that was asked and is not there may be gone for good.
            if (await files.AnyAsync(file => file.NextDeliveryAt != null && file.DeliveryFailures == 0, cancel))
            {
                return $"an answer for {device.Called} could not be brought to it yet; the running collector does it now, and when the attempt failed, it can be removed all the same";
            }

            await files.ExecuteDeleteAsync(cancel);
            await db.HeldReports.Where(report => report.DeviceId == id).ExecuteDeleteAsync(cancel);
            db.Devices.Remove(device);
            return null;
        },
        cancel);

    /// <param name="name">UDI, serial number, host name or address.</param>
    public async Task<IReadOnlyList<KnownDevice>> FindAsync(string name, CancellationToken cancel)
    {
        await using var db = store.Open();
        return await db.Devices.AsNoTracking().Where(row => row.Udi == name || row.SerialNumber == name || row.Hostname == name || row.Address == name).OrderBy(row => row.Id).ToListAsync(cancel);
    }
}
