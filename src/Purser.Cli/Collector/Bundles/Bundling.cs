using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Store;
using Purser.Protocol.Bundles;

namespace Purser.Cli.Collector.Bundles;

/// <summary>Files of product instances → a bundle: in one part where the collector forwards to, and in one for each virtual account that a product instance is set to.</summary>
internal static class Bundling
{
    /// <summary>Of one bundle. The authority works a bundle off whole; more go in the next.</summary>
    public const int MostFiles = 1_000;

    /// <summary>Letters of all files together.</summary>
    public const long MostText = 24 * 1024 * 1024;

    public sealed record Entry(CarriedFile File, string VirtualAccount);

    /// <summary>The oldest files, as many as one bundle bears.</summary>
    public static async Task<IReadOnlyList<Entry>> NextAsync(CollectorContext db, IQueryable<CarriedFile> files, CancellationToken cancel)
    {
        var sizes = await files.OrderBy(file => file.Id).Take(MostFiles).Select(file => new { file.Id, file.Text.Length }).ToListAsync(cancel);
        long sum = 0;
        var ids = sizes.TakeWhile((file, index) => (sum += file.Length) <= MostText || index == 0).Select(file => file.Id).ToList();
        return await (
            from file in files
            where ids.Contains(file.Id)
            join device in db.Devices on file.DeviceId equals device.Id
            orderby file.Id
            select new Entry(file, device.VirtualAccount)).ToListAsync(cancel);
    }

    public static Bundle Of(CollectorSettings settings, IReadOnlyList<Entry> entries, DateTimeOffset now) => new(
        BundleKind.Usage, settings.Maker, new BundleAccount(settings.Account ?? "", ""),
        [.. entries.GroupBy(entry => entry.VirtualAccount, StringComparer.OrdinalIgnoreCase).OrderBy(group => group.Key, StringComparer.Ordinal).Select((group, index) => new BundlePart(
            BundleNames.Part(now, index + 1), PlaceOf(settings, group.Key), [.. group.Select(entry => new BundleFile(entry.File.Name, entry.File.Text))]))]);

    private static BundleAccount PlaceOf(CollectorSettings settings, string name) =>
        name.Length > 0 ? new BundleAccount(name, "") : new BundleAccount(settings.VirtualAccount ?? "", settings.VirtualAccountId?.ToString(CultureInfo.InvariantCulture) ?? "");
}
