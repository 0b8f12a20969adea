using Purser.Agent.Policy.Push;
using Purser.Agent.State;
using Purser.Protocol.Usage;

namespace Purser.Agent.Policy;

/// <summary>What a device must report by when, and when it acts of itself (device reference 4.3). Follows from the state alone.</summary>
/// <param name="Deadline">By when the next acknowledgement must be here; null: no requirement.</param>
/// <param name="IntervalDays">Days between reports; 0: no reporting.</param>
/// <param name="NextPush">When the device sends reports of itself; null: it does not, its reports travel as files.</param>
/// <param name="NextClose">When the open reports are closed of themselves.</param>
/// <param name="NextSample">When the use is measured again.</param>
public sealed record ReportingOutlook(DateTimeOffset? Deadline, int IntervalDays, DateTimeOffset? NextPush, DateTimeOffset? NextClose, DateTimeOffset? NextSample)
{
    public static readonly TimeSpan BetweenSamples = TimeSpan.FromMinutes(15);

    public static ReportingOutlook Of(DeviceState state)
    {
        var policy = state.Policy!;
        var reporting = ReportingOf(policy);
        var interval = ReportingDeadlines.PushInterval(policy.InForce, reporting, policy.IntervalDays);
        var close = interval == 0 ? null : policy.PeriodSince?.AddDays(interval);
        var first = policy.AcknowledgedAt is null && policy.PeriodSince == policy.FirstUseAt ? policy.FirstUseAt + ReportingDeadlines.FirstPushDelay : null;
        var isMeasuring = policy.Reports.Any(static report => report.IsOpen);
        return new ReportingOutlook(
            ReportingDeadlines.NextAcknowledgement(policy.InForce, reporting),
            interval,
            !PushPlan.IsOn(state) || interval == 0 ? null : first ?? close,
            isMeasuring ? close : null,
            isMeasuring ? policy.MeasuredAt + BetweenSamples : null);
    }

    public static ReportingState ReportingOf(PolicyState policy) => new(
        [.. policy.Reports.Where(static report => report.IsOpen && report.Last.Count > 0).Select(report => LicenseOf(policy, report.Tag).Category).Distinct()],
        policy.FirstUseAt,
        policy.AcknowledgedAt,
        FirstChange(policy));

    public static ProductLicense LicenseOf(PolicyState policy, string tag) =>
        policy.Licenses.FirstOrDefault(license => license.Tag == tag) ?? (Protocol.Tag.TryParse(tag, out var parsed) ? ProductLicense.OfTag(parsed) : new ProductLicense(tag, tag, tag));

    /// <summary>The first change of a count that is not acknowledged. Before the first acknowledgement the first report is asked for, whatever changes.</summary>
    private static DateTimeOffset? FirstChange(PolicyState policy) => policy.AcknowledgedAt is null ? null : policy.Reports
        .Where(static report => report.Phase != ReportPhase.Acknowledged)
        .SelectMany(static report => report.Measurements.Zip(report.Measurements.Select(static one => one.Count).Prepend(report.CountBefore)))
        .Where(static pair => pair.First.Count != pair.Second)
        .Select(static pair => (DateTimeOffset?)pair.First.StartsAt)
        .Min();
}
