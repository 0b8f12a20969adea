namespace Purser.Server.Events;

/// <summary>The product instance events of directly connected devices, with their exact texts (help ch. 6, PI-10).</summary>
public static class ProductInstanceEvents
{
    public const string RequestedLicenseKind = "Product Instance Requested License";

    public static EventText Added(string device, string virtualAccount) => new(
        "New Product Instance", $"The product instance {device} connected and was added to the Virtual Account \"{virtualAccount}\".");

    public static EventText AddedWithRedundancy(string device, string virtualAccount, IReadOnlyList<string> standbys) => new(
        "New Product Instance (with redundancy)",
        $"The product instance {device} was added to the Virtual Account \"{virtualAccount}\" and configured for redundancy with the following Standbys: {Names(standbys)}.");

    /// <summary>The two full stops are the source's own.</summary>
    public static EventText ConnectedWithRedundancy(string device, string virtualAccount, IReadOnlyList<string> standbys) => new(
        "Product Instance Connected (with redundancy)",
        $"The product instance {device} in the Virtual Account \"{virtualAccount}\" connected and was configured for redundancy with the following Standbys: {Names(standbys)}..");

    public static EventText Detached(string device, string virtualAccount) => new(
        "Product Instance Detached", $"The product instance {device} in the Virtual Account \"{virtualAccount}\" was put in detached mode.");

    public static EventText Reattached(string device, string virtualAccount) => new(
        "Product Instance Reattached", $"The product instance {device} in the Virtual Account \"{virtualAccount}\" was taken out of detached mode.");

    public static EventText FailedToDetach(string device, string virtualAccount) => new(
        "Product Instance Failed to Detach", $"The product instance {device} in the Virtual Account \"{virtualAccount}\" failed to go into detached mode.");

    public static EventText FailedToReattach(string device, string virtualAccount) => new(
        "Product Instance Failed to Reattach", $"The product instance {device} in the Virtual Account \"{virtualAccount}\" failed to be taken out of detached mode.");

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

    private static string Names(IReadOnlyList<string> standbys) => string.Join(", ", standbys.Select(name => $"\"{name}\""));

    private const string Portal = "Smart Software Manager";
}
