using System.Globalization;
using Purser.Protocol.Wire;

namespace Purser.Protocol.Usage;

/// <summary>Reads a payload of version 1 or 2. What is counted must make sense; everything else is borne as it is.</summary>
internal static class UsageReportReader
{
    public const int MaximumCharacters = 1024 * 1024;
    private const int MaximumMeasurements = 5_000;
    private const int MaximumUnits = 20_000;

    public static WireResult<UsageReport> Read(string payload)
    {
        if (payload.Length > MaximumCharacters)
        {
            return new WireRefusal(WireCode.TooLarge, $"A report's payload has at most {MaximumCharacters} characters");
        }

        var text = UsageJson.Read<PayloadText>(payload, "The report's payload");
        try
        {
            return text.IsOk ? Of(text.Value) : new WireRefusal(text.Code!, text.Detail!);
        }
        catch (Exception fault) when (fault is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            return Broken(fault.Message.TrimEnd('.'));
        }
    }

    private static WireResult<UsageReport> Of(PayloadText text)
    {
        var (asset, meta) = (text.AssetIdentification, text.Meta);
        var report = new UsageReport(
            text.Version,
            asset.ReportId ?? meta.ReportId ?? throw new FormatException("It has no report_id"),
            asset.Asset.Name,
            asset.Instance.Sudi.ToUdi(),
            meta.EntitlementTag,
            meta.SoftwareVersion,
            [.. text.Measurements.Where(measurement => measurement.Value is not null && measurement.MetricName == Measurement.Metric).Select(MeasurementOf)],
            meta.UtilityEnabled,
            asset.Instance.ProductInstanceIdentifier,
            meta.HaUdi?.Select(unit => new ReportingUnit(unit.Role, unit.Sudi.ToUdi())).ToList(),
            meta.ReportType,
            meta.TerminationReason,
            (text.Signature ?? asset.Signature)?.ToSignature());
        return Problem(report) is { } problem ? Broken(problem) : report;
    }

    private static string? Problem(UsageReport report) =>
        !report.Udi.IsWellFormed ? "Its sudi is not one"
        : report.SoftwareTag.Length is 0 or > Tag.MaximumLength ? "Its asset's name is no software tag"
        : report.Version is not (null or UsageReport.Version2) ? $"Version {report.Version} is not known here: versions 1 and 2 are read"
        : report.SoftwareVersion.Length > WireLimits.Text || report.Piid?.Length > WireLimits.Text ? $"A text in it has more than {WireLimits.Text} characters"
        : report.Units?.Count > WireLimits.Units ? $"A set has at most {WireLimits.Units} units"
        : report.Units?.Any(unit => !unit.Udi.IsWellFormed || unit.Role.Length > WireLimits.Text) == true ? "A unit in ha_udi is not one"
        : !report.IsOfUse ? null
        : !Tag.TryParse(report.EntitlementTag, out _) ? "Its entitlement_tag is no tag"
        : report.Measurements.Count == 0 ? "It has no measurement"
        : report.Measurements.Count > MaximumMeasurements ? $"It has more than {MaximumMeasurements} measurements"
        : report.Measurements.Sum(measurement => (measurement.AddedUnits?.Count ?? 0) + (measurement.RemovedUnits?.Count ?? 0)) > MaximumUnits ? $"It names more than {MaximumUnits} sub-devices"
        : report.Measurements.Any(measurement => measurement.EndsAt < measurement.StartsAt) ? "A measurement ends before it begins"
        : report.Measurements.Zip(report.Measurements.Skip(1)).Any(pair => pair.Second.StartsAt < pair.First.EndsAt) ? "Its measurements overlap"
        : null;

    private static Measurement MeasurementOf(MeasurementText text)
    {
        var count = long.Parse(text.Value!.Value, NumberStyles.None, CultureInfo.InvariantCulture);
        return text.Value.Type != "COUNT" || count > WireLimits.Count
            ? throw new FormatException($"A measurement's value is no count up to {WireLimits.Count}")
            : new Measurement(
                Instant(text.LogTime),
                Instant(text.StartTime),
                Instant(text.EndTime),
                count,
                text.Meta?.AddedSudiList?.Select(UnitOf).ToList(),
                text.Meta?.RemovedSudiList?.Select(UnitOf).ToList(),
                text.Meta?.ClockChangeDelta is { } delta ? TimeSpan.FromSeconds(long.Parse(delta, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)) : null,
                text.Meta?.TerminationReason,
                text.Meta?.CloseReason);
    }

    private static Udi UnitOf(SudiText text) => text.ToUdi() is { IsWellFormed: true } udi ? udi : throw new FormatException("A sub-device's sudi is not one");

    private static DateTimeOffset Instant(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    private static WireRefusal Broken(string why) => new(WireCode.Malformed, $"The report's payload cannot be read. {why}.");
}
