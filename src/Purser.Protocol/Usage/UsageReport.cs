namespace Purser.Protocol.Usage;

/// <summary>
/// What one report says (RUM report, device reference 4.4): of one license, for one time, on one device. A report of telemetry has no license's measurements.
/// </summary>
/// <param name="Version">Null in reports of version 1 (software up to 17.6).</param>
/// <param name="Id">Unique on its device: seconds since 1970 when the device began to report, and one more for each report.</param>
/// <param name="Piid">The product instance's id; null until the authority gave one.</param>
/// <param name="Units">Of the high availability set that used the license.</param>
/// <param name="Kind">Null for use; other reports are borne and kept, and count nothing.</param>
/// <param name="InnerSignature">Of the device's trusted store; travels on unchanged.</param>
public sealed record UsageReport(
    string? Version,
    ulong Id,
    string SoftwareTag,
    Udi Udi,
    string EntitlementTag,
    string SoftwareVersion,
    IReadOnlyList<Measurement> Measurements,
    bool IsUtility = false,
    string? Piid = null,
    IReadOnlyList<ReportingUnit>? Units = null,
    string? Kind = null,
    string? TerminationReason = null,
    ReportSignature? InnerSignature = null)
{
    public const string Version2 = "2.0";

    /// <summary>Counts use: neither telemetry nor anything newer.</summary>
    public bool IsOfUse => Kind is null;

    public DateTimeOffset StartsAt => Measurements[0].StartsAt;

    public DateTimeOffset EndsAt => Measurements[^1].EndsAt;

    /// <summary>Reads the payload. Its signature is over the exact text, so the text must be kept as well.</summary>
    public static WireResult<UsageReport> Read(string payload) => UsageReportReader.Read(payload);

    /// <summary>The payload, in the order of the published report.</summary>
    public string Write() => UsageReportWriter.Write(this);
}

/// <summary>A unit of the set: <c>Active</c>, <c>Standby</c> or <c>Member</c>.</summary>
public sealed record ReportingUnit(string Role, Udi Udi);

/// <summary>A signature inside or beside a report's payload.</summary>
/// <param name="SigningType">See <see cref="SigningTypes"/>; others are borne, as unverified.</param>
/// <param name="Key">What it was made with: the id of a trust code, or a software tag.</param>
public sealed record ReportSignature(string SigningType, string Key, string Value);

public static class SigningTypes
{
    /// <summary>A keyed hash with a secret of the maker: cannot be checked by anybody else.</summary>
    public const string Builtin = "builtin";

    /// <summary>The key of the device's trust code: ECDSA on P-256 over SHA-256, r‖s; the key is the id of the trust code.</summary>
    public const string Trust = "ECDSA-P256-SHA256";
}
