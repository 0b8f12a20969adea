using Microsoft.EntityFrameworkCore;
using Purser.Agent.Rules;
using Purser.Cli.Collector.Store;

namespace Purser.Cli.Collector.Pull;

/// <summary>Brings answers to the devices that are fetched from. One that is off gets them later; one that refuses an answer is not asked again.</summary>
internal sealed class DeliverAnswers(CollectorStore store)
{
    private const int AtOnce = 8;
    private const int Slice = 200;

    /// <returns>Answers that were brought.</returns>
    public async Task<int> RunAsync(bool isUrgent, CancellationToken cancel)
    {
        var (brought, last) = (0, 0L);
        while (true)
        {
            await using var db = store.Open();
            var now = store.Now;
            var due = await (
                from file in db.Files
                where file.Id > last && file.NextDeliveryAt != null && (isUrgent || file.NextDeliveryAt <= now)
                join device in db.Devices on file.DeviceId equals device.Id
                orderby file.Id
                select new { File = file, Device = device }).Take(Slice).ToListAsync(cancel);
            if (due.Count == 0)
            {
                return brought;
            }

            last = due[^1].File.Id;

            // Answers of one device in the order of its files: a trust code comes before what was signed with it.
            await Parallel.ForEachAsync(due.GroupBy(one => one.Device.Id), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (group, stop) =>
            {
                foreach (var one in group)
                {
                    Interlocked.Add(ref brought, await DeliverAsync(one.Device, one.File, stop) ? 1 : 0);
                }
            });
        }
    }

    private async Task<bool> DeliverAsync(KnownDevice device, CarriedFile file, CancellationToken cancel)
    {
        var (refused, unreachable) = ((string?)null, (string?)null);
        try
        {
            using var link = DeviceLink.Open(store, device);
            refused = await link.ImportAsync(file.Answer!, cancel);
        }
        catch (Exception fault) when (fault is DeviceLinkException or CommandException)
        {
            unreachable = fault.Message;
        }

        await store.ChangeAsync(
            async db =>
            {
                if (await db.Files.FirstOrDefaultAsync(row => row.Id == file.Id, cancel) is not { } row)
                {
                    return false;
                }

                row.DeliveryProblem = refused is null ? unreachable : $"the device refused it: {refused}";
                row.DeliveryFailures = unreachable is null ? 0 : row.DeliveryFailures + 1;
                row.NextDeliveryAt = unreachable is null ? null : store.Now + RetryBackoff.After(row.DeliveryFailures);
                row.DeliveredAt = unreachable is null && refused is null ? store.Now : null;
                if (unreachable is null)
                {
                    await db.HeldReports.Where(held => held.FileId == row.Id).ExecuteDeleteAsync(cancel);
                }

                return true;
            },
            cancel);
        return refused is null && unreachable is null;
    }
}
