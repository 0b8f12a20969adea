using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Store;

namespace Purser.Server.Devices.Instances;

/// <summary>What is shown of product instances and lies in other tables: products, names of virtual accounts, open alerts. One query each for a page.</summary>
internal sealed class DeviceSurroundings(CatalogSnapshot catalog, IReadOnlyDictionary<long, string> virtualAccounts, ILookup<long, DeviceAlert> alerts)
{
    public static async Task<DeviceSurroundings> LoadAsync(
        PurserContext db, CatalogSnapshot catalog, long accountId, IReadOnlyCollection<Device> devices, DateTimeOffset now, CancellationToken cancellation)
    {
        var places = devices.Select(device => device.VirtualAccountId).Distinct().ToList();
        var ids = devices.Select(device => (long?)device.Id).ToList();
        var names = await db.VirtualAccounts.Where(row => row.AccountId == accountId && places.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
        var open = await AlertScope.Shown(db.Alerts.Where(alert => alert.AccountId == accountId && ids.Contains(alert.DeviceId)), now)
            .OrderBy(alert => alert.SortKey).ThenBy(alert => alert.Id).ToListAsync(cancellation);
        return new DeviceSurroundings(catalog, names, open.ToLookup(
            alert => alert.DeviceId!.Value,
            alert => Describe(alert, devices.First(device => device.Id == alert.DeviceId), names, now)));
    }

    /// <summary>One alert has words of its own in the table of product instances (help ch. 6).</summary>
    private static DeviceAlert Describe(Alert alert, Device device, Dictionary<long, string> places, DateTimeOffset now) => alert.Kind == AlertKind.RestrictedLicenseNotAvailable
        ? new DeviceAlert(
            alert.Id, alert.Level, alert.Kind, "License Not Available",
            AlertTexts.RestrictedNotAvailableInTable(device.DisplayName, places.GetValueOrDefault(device.VirtualAccountId, "")), alert.DueAt)
        : new DeviceAlert(alert.Id, alert.Level, alert.Kind, AlertCatalogue.Of(alert.Kind).Title, AlertTexts.AsOf(alert.Message, alert.DueAt, now), alert.DueAt);

    public Product? ProductOf(Device device) => catalog.FindProduct(device.ProductId);

    public string VirtualAccountOf(Device device) => virtualAccounts.GetValueOrDefault(device.VirtualAccountId, "");

    public IReadOnlyList<DeviceAlert> AlertsOf(Device device) => [.. alerts[device.Id]];
}
