using Purser.Server.Catalog;

namespace Purser.Server.Events;

/// <summary>The licensing events with their exact texts (help ch. 4, LI-16). Plural as in the source, singular for one unit.</summary>
public static class LicensingEvents
{
    public const string InsufficientKind = "Insufficient Licenses Detected";

    public static EventText NewLicenses(long count, string license, string virtualAccount) => new(
        "New Licenses", $"{count} new {license} {Licenses(count)} added to the Virtual Account \"{virtualAccount}\".");

    /// <summary>"term/perpetual" of the source is the type that was bought.</summary>
    public static EventText Upgrade(long count, string license, string virtualAccount, LicenseType type) => new(
        "License Upgrade",
        $"{count} new \"{license}\" {(type == LicenseType.Perpetual ? "perpetual" : "term")} {Licenses(count)} added to the Virtual Account \"{virtualAccount}\". "
        + $"{(count == 1 ? "This license" : "These licenses")} will become available when the upgrade is completed by identifying the licenses to be replaced by the "
        + $"upgrade {(count == 1 ? "license" : "licenses")}.");

    /// <summary>Our own words: the source's text names a number, which licenses billed by usage do not have.</summary>
    public static EventText UsageAdded(string license, string subscription, string virtualAccount) => new(
        "New Licenses", $"The license \"{license}\" of the subscription \"{subscription}\", billed by usage, was added to the Virtual Account \"{virtualAccount}\".");

    public static EventText UsageRemoved(string license, string subscription, string virtualAccount) => new(
        "Licenses Removed", $"The license \"{license}\" of the subscription \"{subscription}\", billed by usage, was removed from the Virtual Account \"{virtualAccount}\".");

    public static EventText Transferred(long count, string license, string from, string to) => new(
        "Licenses Transferred",
        $"{count} {license} {Licenses(count)} transferred from the Virtual Account \"{from}\" to the Virtual Account \"{to}\".");

    public static EventText Expired(long count, string license, string virtualAccount) => new(
        "Licenses Expired",
        $"{count} \"{license}\" {(count == 1 ? "license expired and was" : "licenses expired and were")} removed from the Virtual Account \"{virtualAccount}\".");

    public static EventText Removed(long count, string license, string virtualAccount) => new(
        "Licenses Removed", $"{count} \"{license}\" {Licenses(count)} removed from the Virtual Account \"{virtualAccount}\".");

    public static EventText Insufficient(long shortage, string license, string virtualAccount) => new(
        InsufficientKind,
        $"The Virtual Account \"{virtualAccount}\" reported a shortage of {shortage} {license} {(shortage == 1 ? "license" : "licenses")}.");

    private static string Licenses(long count) => count == 1 ? "license was" : "licenses were";
}
