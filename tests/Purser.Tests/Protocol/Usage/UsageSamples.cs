using Purser.Protocol;
using Purser.Protocol.Usage;

namespace Purser.Tests.Protocol.Usage;

/// <summary>Reports as devices make them.</summary>
internal static class UsageSamples
{
    public const string SoftwareTag = "regid.2026-01.com.example.SWITCH,1.0_6f2c1d5e-0a43-4a6e-9b52-1f3d5c7a9b10";
    public const string LicenseTag = "regid.2026-01.com.example.ADVANTAGE,1.0_0d4e8a31-7c25-4b9f-8e61-2a5b7c9d1e03";

    public static readonly Udi Switch = new("SW-48", "FOC2601A001");
    public static readonly DateTimeOffset Start = new(2026, 3, 10, 8, 0, 0, TimeSpan.Zero);

    public static Measurement Measured(DateTimeOffset from, TimeSpan time, long count) => new(from, from, from + time, count);

    public static UsageReport Report(ulong id = 1773129600, string? version = UsageReport.Version2, params Measurement[] measurements) => new(
        version, id, SoftwareTag, Switch, LicenseTag, "1.4.2",
        measurements.Length > 0 ? measurements : [Measured(Start, TimeSpan.FromHours(1), 4)],
        Units: [new ReportingUnit("Active", Switch)],
        InnerSignature: new ReportSignature(SigningTypes.Builtin, SoftwareTag, "c2lnbmVk"));
}
