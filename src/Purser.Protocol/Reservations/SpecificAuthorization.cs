using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Purser.Protocol.Reservations;

/// <summary>A license of an authorization: so many, until then.</summary>
/// <param name="StartsOn">Null for perpetual licenses.</param>
/// <param name="EndsOn">The last day; null for perpetual licenses.</param>
public sealed record AuthorizedLicense(string Tag, long Count, DateOnly? StartsOn, DateOnly? EndsOn, string DisplayName, string TagDescription, string SubscriptionId)
{
    /// <summary>The instant at which its first day begins; null: midnight UTC.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>The instant at which its last day is over; null: midnight UTC.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>It enables restricted encryption, as the device shows.</summary>
    public bool ExportRestricted { get; init; }

    public bool IsPerpetual => EndsOn is null;

    /// <summary>When it begins to count; the smallest instant where it always did.</summary>
    public DateTimeOffset Begin() => StartsAt ?? Midnight(StartsOn) ?? DateTimeOffset.MinValue;

    /// <summary>The instant from which it counts no more; the greatest one where it always will. The last day counts whole.</summary>
    public DateTimeOffset End() => EndsAt ?? (EndsOn < DateOnly.MaxValue ? Midnight(EndsOn?.AddDays(1)) : null) ?? DateTimeOffset.MaxValue;

    public bool IsInForce(DateTimeOffset now) => Begin() <= now && now < End();

    /// <summary>The same without instants that its days say by themselves.</summary>
    internal AuthorizedLicense Plain() => this with
    {
        StartsAt = StartsAt == (this with { StartsAt = null }).Begin() ? null : StartsAt,
        EndsAt = EndsAt == (this with { EndsAt = null }).End() ? null : EndsAt,
    };

    private static DateTimeOffset? Midnight(DateOnly? day) => day is { } known ? new DateTimeOffset(known, TimeOnly.MinValue, TimeSpan.Zero) : null;
}

/// <summary>
/// The file with which a device that never connects uses exactly the licenses that were reserved for it (device reference 3.2), in the form that
/// devices know, and besides the number of the authorization, its request code and the signer's certificates; and the instants of a term whose days
/// do not begin at midnight UTC.
/// </summary>
/// <param name="Number">Tells authorizations apart; later ones are greater.</param>
/// <param name="Piid">The product instance's id.</param>
public sealed record SpecificAuthorization(ulong Number, string Piid, DateTimeOffset MadeAt, string RequestCode, Udi Udi, IReadOnlyList<AuthorizedLicense> Licenses)
{
    public const int MaximumBytes = 4 * 1024 * 1024;
    public const int MaximumLicenses = 10_000;

    private const string Flag = "A";
    private const string Version = "C";
    private const string DateForm = "yyyy-MM-dd";
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <param name="chain">The message signer's certificate and those above it; with the root at its end a device that knows only the root's fingerprint can judge it too. DER.</param>
    public string Seal(ECDsa key, IEnumerable<byte[]> chain)
    {
        var content = Content().ToString(SaveOptions.DisableFormatting);
        var signature = key.SignData(Encoding.UTF8.GetBytes(content), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var signer = new XElement("signer", chain.Select(certificate => new XElement("certificate", Convert.ToBase64String(certificate))));
        return $"<specificPLR>{content}<signature>{Convert.ToBase64String(signature)}</signature>{new XElement("udi", Udi.Key)}{signer.ToString(SaveOptions.DisableFormatting)}</specificPLR>";
    }

    private XElement Content() => new(
        "authorizationCode",
        new XElement("flag", Flag),
        new XElement("version", Version),
        new XElement("piid", Piid),
        new XElement("timestamp", MadeAt.ToUnixTimeMilliseconds()),
        new XElement("number", Number),
        new XElement("requestCode", RequestCode),
        new XElement("udi", Udi.Key),
        new XElement("entitlements", Licenses.Select(license => license.Plain()).Select(license => new XElement(
            "entitlement",
            new XElement("tag", license.Tag),
            new XElement("count", license.Count),
            new XElement("startDate", Day(license.StartsOn)),
            new XElement("endDate", Day(license.EndsOn)),
            new XElement("licenseType", license.IsPerpetual ? "PERPETUAL" : "TERM"),
            new XElement("displayName", license.DisplayName),
            new XElement("tagDescription", license.TagDescription),
            new XElement("subscriptionID", license.SubscriptionId),
            Time("startTime", license.StartsAt),
            Time("endTime", license.EndsAt),
            license.ExportRestricted ? new XElement("exportRestricted", true) : null))));

    private static string Day(DateOnly? day) => day?.ToString(DateForm, CultureInfo.InvariantCulture) ?? "";

    private static XElement? Time(string name, DateTimeOffset? at) => at is { } known ? new XElement(name, known.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)) : null;

    /// <summary>Reads the part that is signed; <see cref="SealedAuthorization"/> has checked the frame.</summary>
    internal static WireResult<SpecificAuthorization> Of(XElement content)
    {
        try
        {
            var udi = UdiOf(Text(content, "udi")) ?? throw new FormatException("The UDI is not one");
            var licenses = content.Element("entitlements")?.Elements("entitlement").Select(LicenseOf).ToList();
            return licenses is null or { Count: > MaximumLicenses } || Text(content, "flag") != Flag || Text(content, "version") != Version
                ? Unreadable("It is of another kind or version")
                : new SpecificAuthorization(
                    ulong.Parse(Text(content, "number"), NumberStyles.None, CultureInfo.InvariantCulture),
                    Text(content, "piid"),
                    DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Text(content, "timestamp"), NumberStyles.None, CultureInfo.InvariantCulture)),
                    Text(content, "requestCode"),
                    udi,
                    licenses);
        }
        catch (Exception fault) when (fault is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            return Unreadable(fault.Message);
        }
    }

    private static AuthorizedLicense LicenseOf(XElement license)
    {
        var count = long.Parse(Text(license, "count"), NumberStyles.None, CultureInfo.InvariantCulture);
        return count > 0 && Tag.TryParse(Text(license, "tag"), out _)
            ? new AuthorizedLicense(Text(license, "tag"), count, DayOf(license, "startDate"), DayOf(license, "endDate"), Text(license, "displayName"), Text(license, "tagDescription"), Text(license, "subscriptionID"))
            {
                StartsAt = TimeOf(license, "startTime"),
                EndsAt = TimeOf(license, "endTime"),
                ExportRestricted = license.Element("exportRestricted")?.Value == "true",
            }
            : throw new FormatException($"A license has a count of {count} or no proper tag");
    }

    private static Udi? UdiOf(string key) =>
        key.Split(',') is [['P', ':', ..], ['S', ':', ..]] or [['P', ':', ..], ['S', ':', ..], ['U', ':', ..]] && Udi.OfKey(key) is { IsWellFormed: true } udi ? udi : null;

    private static DateOnly? DayOf(XElement license, string name) =>
        Text(license, name) is { Length: > 0 } day ? DateOnly.ParseExact(day, DateForm, CultureInfo.InvariantCulture) : null;

    private static DateTimeOffset? TimeOf(XElement license, string name) => license.Element(name) is { } time
        ? DateTimeOffset.ParseExact(time.Value, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        : null;

    private static string Text(XElement element, string name) => element.Element(name)?.Value ?? throw new FormatException($"“{name}” is missing");

    private static WireRefusal Unreadable(string why) => new(WireCode.Malformed, $"The authorization cannot be read. {why}.");
}
