using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Store;

namespace Purser.Cli.Collector.Devices;

/// <summary>Takes a sheet of product instances, all of it or nothing. One that is known already gets what the sheet says; a cell without password leaves the password as it is.</summary>
internal sealed class ImportDevices(CollectorStore store)
{
    public sealed record Result(int Added, int Changed, IReadOnlyList<string> Problems)
    {
        public override string ToString() => $"{Added} added, {Changed} changed";
    }

    public async Task<Result> RunAsync(string text, CancellationToken cancel)
    {
        var (rows, problems) = DeviceSheet.Read(text);
        return problems.Count > 0 ? new Result(0, 0, problems) : await store.ChangeAsync(db => TakeAsync(db, rows, cancel), cancel);
    }

    private async Task<Result> TakeAsync(CollectorContext db, IReadOnlyList<SheetRow> rows, CancellationToken cancel)
    {
        var known = await db.Devices.ToListAsync(cancel);
        var byUdi = known.Where(device => device.Udi is not null).ToDictionary(device => device.Udi!, StringComparer.Ordinal);
        var byAddress = known.Where(device => device.Address is not null).ToDictionary(device => device.Address!, StringComparer.OrdinalIgnoreCase);
        var (added, changed) = (0, 0);
        foreach (var row in rows)
        {
            var device = (row.Udi is { } udi ? byUdi.GetValueOrDefault(udi.Key) : null) ?? (row.Address is { } address ? byAddress.GetValueOrDefault(address) : null);
            if (device is not null && row.Udi is not null && device.Udi is not null && device.Udi != row.Udi.Key)
            {
                return new Result(0, 0, [FormattableString.Invariant($"line {row.Line}: {row.Address} belongs to {device.Called} in this collector; give that one another address first")]);
            }

            (added, changed) = device is null ? (added + 1, changed) : (added, changed + 1);
            Set(device ?? db.Devices.Add(new KnownDevice { AddedAt = store.Now }).Entity, row);
        }

        return new Result(added, changed, []);
    }

    private void Set(KnownDevice device, SheetRow row)
    {
        (device.Udi, device.Pid, device.SerialNumber) = row.Udi is { } udi ? (udi.Key, udi.Pid, udi.Sn) : (device.Udi, device.Pid, device.SerialNumber);
        (device.Hostname, device.VirtualAccount, device.Method) = (row.Hostname ?? device.Hostname, row.VirtualAccount, row.Method);
        var isFetched = row.Method is CollectionMethod.Rest or CollectionMethod.Restconf;
        device.Address = row.Address;
        device.User = isFetched ? row.User ?? device.User : null;
        device.Password = !isFetched ? null : row.Password is { } password ? store.Protect(password) : device.Password;
        device.Certificate = row.Certificate;
        (device.NextPullAt, device.Failures, device.Problem) = (isFetched ? store.Now : null, 0, null);
    }
}
