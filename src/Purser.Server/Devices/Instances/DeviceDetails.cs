using System.Globalization;
using Purser.Server.Licenses;

namespace Purser.Server.Devices.Instances;

/// <summary>A product instance in full (help ch. 6, Overview tab; domain rules 7.10).</summary>
/// <param name="Name">The product and the instance's own name.</param>
/// <param name="AuthorizedAt">Last authorization, null before the first.</param>
/// <param name="ToldOutOfCompliance">What it was last told; it hears of a change at its next contact (domain rules 1.6).</param>
public sealed record DeviceDetails(
    long Id, string Name, string DisplayName, string Piid, string Product, string ProductTag, string ProductDescription, string HostIdentifier,
    string MacAddress, string ProductType, string SerialNumber, string Vid, string Uuid, string Suvi, long VirtualAccountId, string VirtualAccount,
    DeviceMode Mode, bool ExportAllowed, DateTimeOffset RegisteredAt, DateTimeOffset LastContactAt, DateTimeOffset CertificateEndsAt,
    DateTimeOffset? AuthorizedAt, bool ToldOutOfCompliance, IReadOnlyList<DeviceAlert> Alerts, IReadOnlyList<DeviceLicense> Licenses)
{
    /// <summary>Active, standbys and members of its high availability set; empty for a single device (PI-07).</summary>
    public IReadOnlyList<HaUnitRow> HighAvailability { get; init; } = [];

    /// <summary>Present exactly in detached mode (PI-08).</summary>
    public DateTimeOffset? DetachedAt { get; init; }
    public DateTimeOffset? DetachedUntil { get; init; }

    public bool IsInCompliance => Licenses.All(license => license.Status != DeviceLicenseStatus.OutOfCompliance);

    internal static DeviceDetails Of(Device device, DeviceSurroundings around, IReadOnlyList<DeviceLicense> licenses)
    {
        var product = around.ProductOf(device);
        return new DeviceDetails(
            device.Id, DeviceLine.NameOf(product?.Name ?? "", device), device.DisplayName, device.Piid, product?.Name ?? "", product?.Tag ?? "",
            product?.Description ?? "", device.HostIdentifier, device.MacAddress, device.UdiPid, device.UdiSerialNumber, device.UdiVid, device.Uuid,
            device.Suvi, device.VirtualAccountId, around.VirtualAccountOf(device), device.Mode, device.ExportAllowed, device.RegisteredAt,
            device.LastContactAt, device.CertificateEndsAt, device.AuthorizedAt, device.ToldOutOfCompliance, around.AlertsOf(device), licenses)
        {
            HighAvailability = HaUnits.Of(device), DetachedAt = device.DetachedAt, DetachedUntil = device.DetachedUntil,
        };
    }
}

public enum DeviceLicenseStatus
{
    InCompliance,
    OutOfCompliance,

    /// <summary>Released after 90 days of silence: asked for, counts for nothing until the device is heard again.</summary>
    Released,

    /// <summary>Counted once, with the peer that it stands by for (domain rules 7.8).</summary>
    CountedWithPeer,
}

/// <summary>An application whose two instances share a license.</summary>
/// <param name="Peer">The other one, as "P:…,S:…".</param>
public sealed record ApplicationRedundancy(string Application, string Id, ApplicationRole Role, string Peer);

/// <summary>A license that a product instance uses.</summary>
/// <param name="Expires">"Never", a date as yyyy-MM-dd, "Multiple terms", or empty where the virtual account holds none.</param>
/// <param name="Terms">What lies behind it: the units of the virtual account's pool by their end.</param>
/// <param name="Shortage">Units that the pool is short of.</param>
public sealed record DeviceLicense(
    long EntitlementId, string License, string Description, string Tag, long Quantity, DateTimeOffset Since, DeviceLicenseStatus Status, long Shortage,
    string Expires, IReadOnlyList<TermGroup> Terms)
{
    /// <summary>It enables restricted encryption technology and is locked to the product instance.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>By usage: billed monthly, so that nothing of it can be short.</summary>
    public Billing Billing { get; init; }

    /// <summary>Null where the license is not shared.</summary>
    public ApplicationRedundancy? Redundancy { get; init; }
}

/// <summary>Units of a pool that end on the same day; perpetual ones have no end.</summary>
public sealed record TermGroup(DateOnly? EndsOn, long Quantity)
{
    public const string Never = "Never";
    public const string Multiple = "Multiple terms";

    public string Expires => EndsOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? Never;

    public static string Summary(IReadOnlyList<TermGroup> groups) => groups switch
    {
        [] => "",
        [var one] => one.Expires,
        _ => Multiple,
    };
}
