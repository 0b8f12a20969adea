using Purser.Server.Catalog;

namespace Purser.Server.Licenses;

/// <summary>How types and sources are called on pages and in the published API (help ch. 4).</summary>
public static class LicenseNames
{
    public static string Of(LineSource source) => source switch
    {
        LineSource.Order => "Order",
        LineSource.ManualFulfillment => "Manual Fulfillment",
        LineSource.DeviceMigration => "Device Migration",
        LineSource.DlcDeviceMigration => "DLC Device Migration",
        LineSource.PakMigration => "PAK Migration",
        LineSource.EaMigration => "EA Migration",
        LineSource.DeviceTransfer => "Device Transfer",
        LineSource.DeviceRequest => "Device Request",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "No such source"),
    };

    public static string Of(Billing billing) => billing == Billing.Prepaid ? "Prepaid" : "By Usage";

    public static string Of(LicenseType type) => type switch
    {
        LicenseType.Perpetual => "Perpetual",
        LicenseType.Term => "Term",
        LicenseType.Demo => "Demo",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such type"),
    };
}
