using System.Globalization;

namespace Purser.Protocol.Usage;

/// <summary>The payload of a report, byte for byte as devices write it: version 2, and version 1 where a report has no version (device reference 4.4.2).</summary>
internal static class UsageReportWriter
{
    public static string Write(UsageReport report)
    {
        var isFirst = report.Version is null;
        var signature = SignatureText.Of(report.InnerSignature);
        return UsageJson.Write(new PayloadText
        {
            Version = report.Version,
            AssetIdentification = new AssetText
            {
                ReportId = isFirst ? null : report.Id,
                Asset = new SoftwareText(report.SoftwareTag),
                Instance = new InstanceText(SudiText.Of(report.Udi), report.Piid),
                Signature = isFirst ? signature : null,
            },
            Signature = isFirst ? null : signature,
            Meta = new MetaText
            {
                ReportId = isFirst ? report.Id : null,
                EntitlementTag = report.EntitlementTag,
                ReportType = report.Kind,
                UtilityEnabled = report.IsUtility,
                SoftwareVersion = report.SoftwareVersion,
                HaUdi = report.Units?.Select(unit => new UnitText(unit.Role, SudiText.Of(unit.Udi))).ToList(),
                TerminationReason = report.TerminationReason,
            },
            Measurements = [.. report.Measurements.Select(TextOf)],
        });
    }

    private static MeasurementText TextOf(Measurement measurement) => new()
    {
        LogTime = measurement.LoggedAt.ToUnixTimeSeconds(),
        MetricName = Measurement.Metric,
        StartTime = measurement.StartsAt.ToUnixTimeSeconds(),
        EndTime = measurement.EndsAt.ToUnixTimeSeconds(),
        SampleInterval = measurement.IntervalSeconds,
        NumSamples = measurement.Samples,
        Meta = MetaOf(measurement),
        Value = new ValueText("COUNT", measurement.Count.ToString(CultureInfo.InvariantCulture)),
    };

    private static MeasurementMetaText? MetaOf(Measurement measurement) =>
        measurement is { AddedUnits: null, RemovedUnits: null, ClockChange: null, TerminationReason: null, CloseReason: null } ? null : new MeasurementMetaText
        {
            ClockChangeDelta = measurement.ClockChange is { } change ? ((long)change.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null,
            RemovedSudiList = measurement.RemovedUnits?.Select(SudiText.Of).ToList(),
            AddedSudiList = measurement.AddedUnits?.Select(SudiText.Of).ToList(),
            TerminationReason = measurement.TerminationReason,
            CloseReason = measurement.CloseReason,
        };
}
