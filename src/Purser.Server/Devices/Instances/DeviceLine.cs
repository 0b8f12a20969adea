using Purser.Server.Alerts;

namespace Purser.Server.Devices.Instances;

/// <summary>A row of the table of product instances (help ch. 6; domain rules 7.10).</summary>
/// <param name="Name">The product and the instance's own name, as the table shows it.</param>
/// <param name="DisplayName">The instance's own name: its host name, where it gave one.</param>
/// <param name="ProductType">The product identification number (PID).</param>
/// <param name="Severity">Of the worst open alert; null where there is none.</param>
public sealed record DeviceLine(
    long Id, string Name, string DisplayName, string Product, string ProductType, string SerialNumber, long VirtualAccountId, string VirtualAccount,
    DeviceMode Mode, DateTimeOffset LastContactAt, AlertLevel? Severity, IReadOnlyList<DeviceAlert> Alerts)
{
    /// <summary>Active, standbys and members of its high availability set; empty for a single device.</summary>
    public IReadOnlyList<HaUnitRow> HighAvailability { get; init; } = [];

    public DateTimeOffset? DetachedUntil { get; init; }

    internal static DeviceLine Of(Device device, DeviceSurroundings around)
    {
        var product = around.ProductOf(device)?.Name ?? "";
        var alerts = around.AlertsOf(device);
        return new DeviceLine(
            device.Id, NameOf(product, device), device.DisplayName, product, device.UdiPid, device.UdiSerialNumber, device.VirtualAccountId,
            around.VirtualAccountOf(device), device.Mode, device.LastContactAt, alerts.Count == 0 ? null : alerts.Min(alert => alert.Level), alerts)
        {
            HighAvailability = HaUnits.Of(device), DetachedUntil = device.DetachedUntil,
        };
    }

    internal static string NameOf(string product, Device device) => NameOf(product, device.DisplayName);

    internal static string NameOf(string product, string displayName) => product.Length == 0 ? displayName : $"{product} {displayName}";
}

/// <summary>An open alert about a product instance.</summary>
public sealed record DeviceAlert(long Id, AlertLevel Level, AlertKind Kind, string Title, string Message, DateTimeOffset? DueAt);
