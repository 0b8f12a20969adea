using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Purser.Agent.Rules;
using Purser.Cli.Collector.Intake;
using Purser.Cli.Collector.Store;
using Purser.Protocol;
using Purser.Protocol.Usage;
using Purser.Protocol.Wire;

namespace Purser.Cli.Collector.Pull;

/// <summary>Fetches usage reports from devices that are due. A report that is under way already is not fetched again.</summary>
/// <param name="every">Between two fetches of a device.</param>
internal sealed class PullDevices(CollectorStore store, TakeFile take, RandomNumberGenerator random, TimeSpan every)
{
    private const int AtOnce = 8;
    private const int Slice = 200;

    /// <summary>More come the next time.</summary>
    private const int MostReports = 200;

    /// <returns>Devices that were asked.</returns>
    public async Task<int> RunAsync(bool isUrgent, CancellationToken cancel)
    {
        var (asked, last) = (0, 0L);
        while (true)
        {
            await using var db = store.Open();
            var now = store.Now;
            var due = await db.Devices.Where(device => device.Id > last && device.NextPullAt != null && (isUrgent || device.NextPullAt <= now)).OrderBy(device => device.Id).Take(Slice).ToListAsync(cancel);
            if (due.Count == 0)
            {
                return asked;
            }

            (asked, last) = (asked + due.Count, due[^1].Id);
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (device, stop) => await PullAsync(device, stop));
        }
    }

    private async Task PullAsync(KnownDevice device, CancellationToken cancel)
    {
        string? problem = null;
        try
        {
            using var link = DeviceLink.Open(store, device);
            problem = await FetchAsync(link, device, cancel);
        }
        catch (Exception fault) when (fault is DeviceLinkException or CommandException)
        {
            problem = fault.Message;
        }

        await store.ChangeAsync(
            async db =>
            {
                if (await db.Devices.FirstOrDefaultAsync(row => row.Id == device.Id, cancel) is { } row)
                {
                    row.Problem = problem;
                    row.Failures = problem is null ? 0 : row.Failures + 1;
                    row.SeenAt = problem is null ? store.Now : row.SeenAt;
                    var pause = problem is null ? every : RetryBackoff.After(row.Failures);
                    row.NextPullAt = store.Now + (pause < every ? pause : every);
                }

                return true;
            },
            cancel);
    }

    /// <returns>Null: all is well.</returns>
    private async Task<string?> FetchAsync(DeviceLink link, KnownDevice device, CancellationToken cancel)
    {
        if (device.Method == CollectionMethod.Restconf && await IdentifyAsync(await link.UdiAsync(cancel), device, cancel) is { } wrong)
        {
            return wrong;
        }

        await link.CloseReportsAsync(cancel);
        var there = await (device.Method == CollectionMethod.Restconf ? link.ClosedKeysAsync(cancel) : link.ListAsync(cancel));
        var held = await HeldAsync(device.Id, cancel);
        var texts = new List<string>();
        foreach (var id in there.Where(id => !held.Contains(id)).Order().Take(MostReports))
        {
            texts.AddRange(await link.ReportAsync(id, cancel));
        }

        return texts.Count == 0 ? null : await TakeAsync(device, texts, cancel);
    }

    private async Task<string?> TakeAsync(KnownDevice device, List<string> texts, CancellationToken cancel)
    {
        var first = SealedReport.Read(texts[0]);
        if (!first.IsOk)
        {
            return $"its report cannot be read: {first.Detail}";
        }

        if (await IdentifyAsync(first.Value.Report.Udi, device, cancel) is { } wrong)
        {
            return wrong;
        }

        var udi = Udi.OfKey(device.Udi!);
        var info = device.Hostname is { } hostname ? new SystemInfo(udi, store.Now, Nonce.Make(random), hostname, first.Value.Report.SoftwareTag).Write() : null;
        var taken = await take.RunAsync(new ReportFile(texts, info).Write(), udi, device.Method, null, cancel);
        return taken.IsOk ? null : taken.Detail;
    }

    /// <summary>The first answer tells who a device is; from then on it must be the same one.</summary>
    private async Task<string?> IdentifyAsync(Udi udi, KnownDevice device, CancellationToken cancel)
    {
        if (device.Udi is { } known)
        {
            return known == udi.Key ? null : $"{udi.Display} answers at {device.Address}, and not {device.Called}; was it exchanged? Set the sheet right";
        }

        return await store.ChangeAsync(
            async db =>
            {
                if (!udi.IsWellFormed || await db.Devices.AnyAsync(row => row.Udi == udi.Key, cancel))
                {
                    return $"{udi.Display} answers at {device.Address}: this collector knows it in another line";
                }

                var row = await db.Devices.SingleAsync(one => one.Id == device.Id, cancel);
                (row.Udi, row.Pid, row.SerialNumber) = (device.Udi, device.Pid, device.SerialNumber) = (udi.Key, udi.Pid, udi.Sn);
                return null;
            },
            cancel);
    }

    private async Task<HashSet<long>> HeldAsync(long device, CancellationToken cancel)
    {
        await using var db = store.Open();
        return await db.HeldReports.Where(row => row.DeviceId == device).Select(row => row.ReportId).ToHashSetAsync(cancel);
    }
}
