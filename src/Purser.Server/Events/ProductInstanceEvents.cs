namespace Purser.Server.Events;

/// <summary>The product instance events of directly connected devices, with their exact texts (help ch. 6, PI-10).</summary>
public static class ProductInstanceEvents
{
    public const string RequestedLicenseKind = "Product Instance Requested License";

    public static EventText Added(string device, string virtualAccount) => new(
        "New Product Instance", $"The product instance {device} connected and was added to the Virtual Account \"{virtualAccount}\".");

    public static EventText Transferred(string device, string from, string to) => new(
        "Product Instance Transferred",
        $"The product instance {device} was transferred from the Virtual Account \"{from}\" to the Virtual Account \"{to}\".");

    public static EventText Removed(string device) => new(
        "Product Instance Removed", $"The product instance \"{device}\" was removed from {Portal}.");

    public static EventText RequestedLicense(string device, string virtualAccount, long count, string license) => new(
        RequestedLicenseKind, $"The product instance {device} in the Virtual Account \"{virtualAccount}\" requested {count} \"{license}\".");

    public static EventText RenewedCertificate(string device, string virtualAccount) => new(
        "Product Instance Renewed Certificate",
        $"The product instance {device} in the Virtual Account \"{virtualAccount}\" connected and successfully renewed its identity certificate.");

    public static EventText FailedToConnect(string device, string virtualAccount) => new(
        "Failure to Connect Detected",
        $"The product instance {device} in the Virtual Account \"{virtualAccount}\" failed to connect for its renewal period.");

    private const string Portal = "Smart Software Manager";
}
