using System.Globalization;
using System.Text.RegularExpressions;

namespace Purser.Server.Alerts;

/// <summary>The wording of alerts (help ch. 2; slips of the source mended as in domain rules 14).</summary>
public static partial class AlertTexts
{
    /// <summary>The message as it reads now: the days that are left were counted when it was raised.</summary>
    public static string AsOf(string message, DateTimeOffset? due, DateTimeOffset now)
    {
        if (due is null || due <= now)
        {
            return message;
        }

        var days = Math.Max(1, (int)Math.Round((due.Value - now).TotalDays));
        return DaysLeft.Replace(message, $"{days} {(days == 1 ? "day" : "days")}");
    }

    /// <summary>The catalogue's wording with its places filled in; a place without a value, or a value without a place, is a bug.</summary>
    public static string Fill(AlertKind kind, params IReadOnlyList<(string Place, string Value)> values)
    {
        var wording = AlertCatalogue.Of(kind).Wording;
        var known = values.ToDictionary(one => one.Place, one => one.Value, StringComparer.Ordinal);
        var text = Places.Replace(wording, place => known[place.Groups["name"].Value]);
        return known.Keys.All(place => wording.Contains($"<{place}>", StringComparison.Ordinal)) ? text : throw new ArgumentException($"The wording of {kind} has no such place", nameof(values));
    }

    public static string Insufficient(string virtualAccount, string license, long count) =>
        $"The Virtual Account \"{virtualAccount}\" has a shortage of {license} licenses. "
        + $"{count} {(count == 1 ? "license is" : "licenses are")} required to return to compliance.";

    public static string UpgradePending(long count, string license, string virtualAccount) =>
        $"{count} upgrade {Licenses(count)} of {license} {(count == 1 ? "has" : "have")} been purchased in the Virtual Account \"{virtualAccount}\" but will not be available "
        + "until the licenses being replaced have been identified.";

    /// <summary>The source names the cause, not the words.</summary>
    public static string Duplicate(string license, string virtualAccount, long duplicates) =>
        $"The license \"{license}\" is present from different subscriptions in the Virtual Account \"{virtualAccount}\". {duplicates} of them "
        + $"{(duplicates == 1 ? "is a duplicate" : "are duplicates")} and not counted. Cancel the order, or move the license to another Virtual Account that does not already have it.";

    public static string AgreementUpdated(string vendor) =>
        Fill(AlertKind.AgreementUpdated, ("vendor", vendor));

    public static string AgreementPending(string vendor) =>
        Fill(AlertKind.AgreementPending, ("vendor", vendor));

    public static string Expiring(long count, string license, string virtualAccount, int days, DateOnly lastDay) =>
        $"{count} {license} {Licenses(count)} in the virtual account \"{virtualAccount}\" {(count == 1 ? "is" : "are")} set to expire in "
        + $"{days} {(days == 1 ? "day" : "days")} on {Date(lastDay)}.";

    public static string Expired(long count, string license, string virtualAccount, DateOnly lastDay) =>
        $"{count} {license} {Licenses(count)} in the virtual account \"{virtualAccount}\" expired on {Date(lastDay)}.";

    public static string FailedToConnect(string device, string virtualAccount, int daysLeft) =>
        $"The Product Instance \"{device}\" in the Virtual Account \"{virtualAccount}\" is not connected for its renewal period and the product instance "
        + $"may run in a degraded state if it does not connect within the next {daysLeft} {(daysLeft == 1 ? "day" : "days")}. "
        + "If the product is not going to connect, you can remove it to immediately release the license it is consuming.";

    public static string FailedToRenew(string device, string virtualAccount) =>
        Fill(AlertKind.FailedToRenew, ("instance", device), ("Virtual Account Name", virtualAccount));

    public static string RestrictedFailedToRenew(string device, string virtualAccount) =>
        Fill(AlertKind.RestrictedFailedToRenew, ("Product Name", device), ("Virtual Account Name", virtualAccount));

    /// <summary>Before day 90 nothing was released, so the regular text holds, with one sentence more (domain rules 9.5).</summary>
    public static string RestrictedFailedToConnect(string device, string virtualAccount, int daysLeft) =>
        $"{FailedToConnect(device, virtualAccount, daysLeft)} Its restricted licenses stay assigned to it.";

    public static string DeauthorizationFailed(string device, string virtualAccount) =>
        Fill(AlertKind.DeauthorizationFailed, ("Product Name", device), ("Virtual Account Name", virtualAccount));

    public static string RestrictedNotAvailable(string device, string license, string virtualAccount) => Fill(
        AlertKind.RestrictedLicenseNotAvailable, ("Product Instance Name", device), ("License Name", license), ("VA name", virtualAccount));

    /// <summary>The same in the table of product instances (help ch. 6).</summary>
    public static string RestrictedNotAvailableInTable(string device, string virtualAccount) =>
        $"The product instance {device} has requested licenses that enable restricted encryption technology. These licenses are not available within the Virtual "
        + $"Account {virtualAccount}. You must add the licenses to this Virtual Account or transfer the product instance to a virtual account that contains the licenses.";

    public static string Threshold(string virtualAccount, string license, string threshold) =>
        Fill(AlertKind.LicenseThreshold, ("license", license), ("pool", virtualAccount), ("threshold", threshold));

    public static string UsageReportOverdue(string device, string virtualAccount, DateTimeOffset due) =>
        Fill(AlertKind.UsageReportOverdue, ("Product Name", device), ("pool", virtualAccount), ("date", due.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture)));

    public static string Integrity(long count, string first) =>
        $"The books of this Smart Account do not agree: {count} {(count == 1 ? "discrepancy" : "discrepancies")}. {first} Tell the operator at once.";

    private static string Licenses(long count) => count == 1 ? "license" : "licenses";

    private static string Date(DateOnly day) => day.ToString("dd MMM yyyy", CultureInfo.InvariantCulture);

    [GeneratedRegex("<(?<name>[^<>]+)>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Places { get; }

    /// <summary>Where <see cref="Expiring"/> and <see cref="FailedToConnect"/> count days.</summary>
    [GeneratedRegex("(?<=(set to expire in|connect within the next) )[0-9]+ days?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DaysLeft { get; }
}
