using System.Text;
using Purser.Protocol.Reservations;
using Purser.Protocol.Usage;

namespace Purser.Protocol.Authorizations;

/// <summary>
/// What lets a device use licenses that it may not use without a code: enforced and export-restricted ones (device reference 4.6). Delivered as a signed
/// element of a file that the device imports.
/// </summary>
/// <param name="Number">Tells codes apart; later ones are greater and take the place of earlier ones.</param>
/// <param name="Licenses">All that the device may use with it, by license and term.</param>
public sealed record AuthorizationCode(ulong Number, Udi Udi, string Piid, DateTimeOffset MadeAt, IReadOnlyList<AuthorizedLicense> Licenses)
{
    public const string Element = "smartLicenseAuthorization";

    public string Write() => UsageJson.Write(new AuthorizationCodeText(
        Number, SudiText.Of(Udi), Piid, MadeAt.ToUnixTimeSeconds(), [.. Licenses.Select(AuthorizedLicenseText.Of)]));

    public static WireResult<AuthorizationCode> Read(string data)
    {
        var text = UsageJson.Read<AuthorizationCodeText>(data, "The authorization code");
        return !text.IsOk ? new WireRefusal(text.Code!, text.Detail!)
            : !text.Value.Sudi.ToUdi().IsWellFormed || text.Value.Authorizations.Any(license => license.Count <= 0 || !Tag.TryParse(license.EntitlementTag, out _))
            ? new WireRefusal(WireCode.Malformed, "The authorization code is for no proper UDI, or a license in it has no proper tag and count")
            : new AuthorizationCode(
                text.Value.Number, text.Value.Sudi.ToUdi(), text.Value.ProductInstanceIdentifier, LicensingTimes.OfSeconds(text.Value.Timestamp),
                [.. text.Value.Authorizations.Select(license => license.ToLicense())]);
    }

    /// <summary>What the device shows once it installed the code, and sends with its next report: eight hexadecimal digits.</summary>
    /// <param name="signature">Of the signed element.</param>
    public static string ConfirmationOf(Udi udi, string signature) => ConfirmationCode.Of(Binding(udi), Encoding.UTF8.GetBytes(signature));

    /// <summary>What the device shows once it gave the code up.</summary>
    public static ReturnCode ReturnOf(Udi udi, ulong number, string signature, bool wasInstalled) => ReturnCode.New(Binding(udi), number, Encoding.UTF8.GetBytes(signature), wasInstalled);

    private static string Binding(Udi udi) => $"authorization code {udi.Key}";
}

internal sealed record AuthorizationCodeText(ulong Number, SudiText Sudi, string ProductInstanceIdentifier, long Timestamp, IReadOnlyList<AuthorizedLicenseText> Authorizations)
{
    public string Version { get; init; } = "1.0";
}

/// <param name="StartTime">Seconds since 1970; null: always.</param>
/// <param name="EndTime">Seconds since 1970; null: never.</param>
internal sealed record AuthorizedLicenseText(
    string EntitlementTag, long Count, string DisplayName, string TagDescription, string SubscriptionId, DateOnly? StartDate, DateOnly? EndDate, long? StartTime, long? EndTime, bool ExportRestricted)
{
    public static AuthorizedLicenseText Of(AuthorizedLicense license) => new(
        license.Tag, license.Count, license.DisplayName, license.TagDescription, license.SubscriptionId, license.StartsOn, license.EndsOn,
        license.StartsAt?.ToUnixTimeSeconds(), license.EndsAt?.ToUnixTimeSeconds(), license.ExportRestricted);

    public AuthorizedLicense ToLicense() => new(EntitlementTag, Count, StartDate, EndDate, DisplayName, TagDescription, SubscriptionId)
    {
        StartsAt = StartTime is { } start ? LicensingTimes.OfSeconds(start) : null,
        EndsAt = EndTime is { } end ? LicensingTimes.OfSeconds(end) : null,
        ExportRestricted = ExportRestricted,
    };
}
