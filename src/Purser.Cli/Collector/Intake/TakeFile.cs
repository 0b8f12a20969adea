using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Store;
using Purser.Protocol;
using Purser.Protocol.Bundles;

namespace Purser.Cli.Collector.Intake;

/// <summary>A file of a product instance comes in, by whichever way. When this returns it is on the disk; what comes twice is kept once.</summary>
internal sealed class TakeFile(CollectorStore store)
{
    private const int PollBytes = 16;

    /// <summary>A collector of one small machine: beyond that something is wrong.</summary>
    private const int MostDevices = 100_000;

    /// <param name="Device">The row of who it is.</param>
    /// <param name="File">The row of what came, or of the same that had come before.</param>
    public sealed record Taken(KnownDevice Device, CarriedFile File, bool IsNew);

    /// <param name="text">As the device saves it.</param>
    /// <param name="expected">Where the way tells of whom it must be.</param>
    /// <param name="method">Of a product instance that is not known yet.</param>
    /// <param name="hostname">Where the way tells it, and the file does not.</param>
    public async Task<WireResult<Taken>> RunAsync(string text, Udi? expected, CollectionMethod method, string? hostname, CancellationToken cancel)
    {
        var owner = FileOwner.Of(text);
        if (!owner.IsOk)
        {
            return new WireRefusal(owner.Code!, owner.Detail!);
        }

        if (expected is { } udi && udi.Key != owner.Value.Udi.Key)
        {
            return new WireRefusal(WireCode.NotAllowed, $"The file is of {owner.Value.Udi.Display}, and came from {udi.Display}. Each product instance sends its own files");
        }

        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return await store.ChangeAsync<WireResult<Taken>>(
            async db =>
            {
                var device = await db.Devices.FirstOrDefaultAsync(row => row.Udi == owner.Value.Udi.Key, cancel);
                if (device is null && await db.Devices.CountAsync(cancel) >= MostDevices)
                {
                    return new WireRefusal(WireCode.TooLarge, $"This collector knows {MostDevices} product instances already. Start another one for the others");
                }

                device ??= Add(db, owner.Value.Udi, method);
                device.Hostname = owner.Value.Hostname ?? hostname ?? device.Hostname;
                device.SeenAt = store.Now;
                await db.SaveChangesAsync(cancel);
                var known = await db.Files.FirstOrDefaultAsync(row => row.DeviceId == device.Id && row.Digest == digest, cancel);
                if (known is { State: FileState.Refused })
                {
                    // Who sends it again hopes that the cause is gone.
                    (known.State, known.AnsweredAt, known.Problem) = (FileState.Waiting, null, null);
                }

                return new Taken(device, known ?? await KeepAsync(db, device, text, digest, owner.Value, cancel), known is null);
            },
            cancel);
    }

    private KnownDevice Add(CollectorContext db, Udi udi, CollectionMethod method) =>
        db.Devices.Add(new KnownDevice { Udi = udi.Key, Pid = udi.Pid, SerialNumber = udi.Sn, Method = method, AddedAt = store.Now }).Entity;

    private async Task<CarriedFile> KeepAsync(CollectorContext db, KnownDevice device, string text, string digest, FileOwner owner, CancellationToken cancel)
    {
        var pollId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PollBytes));
        var file = new CarriedFile { DeviceId = device.Id, Name = pollId, Text = text, Digest = digest, TakenAt = store.Now, PollId = pollId };
        db.Files.Add(file);
        await db.SaveChangesAsync(cancel);
        file.Name = BundleNames.Device(device.Id.ToString(CultureInfo.InvariantCulture), store.Now, file.Id);
        if (device.Method is CollectionMethod.Rest or CollectionMethod.Restconf)
        {
            await HoldAsync(db, device.Id, file.Id, owner.Reports, cancel);
        }

        return file;
    }

    private static async Task HoldAsync(CollectorContext db, long device, long file, IReadOnlyList<ulong> reports, CancellationToken cancel)
    {
        var held = await db.HeldReports.Where(row => row.DeviceId == device).ToDictionaryAsync(row => row.ReportId, cancel);
        foreach (var id in reports.Distinct().Select(id => unchecked((long)id)))
        {
            if (held.TryGetValue(id, out var row))
            {
                row.FileId = file;
            }
            else
            {
                db.HeldReports.Add(new HeldReport { DeviceId = device, ReportId = id, FileId = file });
            }
        }
    }
}
