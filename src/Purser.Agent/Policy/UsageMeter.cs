using Purser.Protocol.Usage;

namespace Purser.Agent.Policy;

/// <summary>
/// Measures what is in use: one open report a license, another measurement in it when the count changes, otherwise the last one goes on
/// (device reference 4.4.2). Pure. No two measurements of a license begin at the same instant, and none ends before it begins, whatever the clock does.
/// </summary>
internal static class UsageMeter
{
    /// <summary>A report with more is closed early; readers need not bear more than 5,000.</summary>
    private const int MostMeasurements = 1_000;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>From now on so many are in use.</summary>
    public static PolicyState Count(PolicyState policy, ProductLicense license, long count, UnitChange? units, DateTimeOffset now)
    {
        var measured = Sample(policy, now);
        if (measured.Reports.FirstOrDefault(report => report.IsOpen && report.Tag == license.Tag) is { } open)
        {
            return measured with { Reports = [.. measured.Reports.Select(report => report == open ? Changed(open, count, units, now) : report)] };
        }

        var begin = measured.Reports.Where(report => report.Tag == license.Tag).Select(report => report.EndsAt).Append(now).Max();
        return Begin(measured, license.Tag, license.Name, Measure(begin, count, units, now), 0, now) with
        {
            FirstUseAt = measured.FirstUseAt ?? now, PeriodSince = measured.PeriodSince ?? now,
        };
    }

    /// <summary>All open reports go on until now.</summary>
    public static PolicyState Sample(PolicyState policy, DateTimeOffset now)
    {
        var setBack = policy.MeasuredAt > now ? now - policy.MeasuredAt : null;
        return policy with { MeasuredAt = now, Reports = [.. policy.Reports.Select(report => report.IsOpen ? Continued(report, setBack, now) : report)] };
    }

    /// <summary>Closes open reports; what is still in use is measured on in new ones.</summary>
    /// <param name="seal">Makes the text that leaves the device.</param>
    public static PolicyState Close(PolicyState policy, Func<ReportRecord, bool> which, string reason, Func<ReportRecord, string> seal, DateTimeOffset now)
    {
        var next = Sample(policy, now);
        foreach (var open in next.Reports.Where(report => report.IsOpen && which(report)).ToList())
        {
            var end = Later(open.EndsAt, open.Last.StartsAt + Shortest);
            var closed = open with
            {
                Phase = ReportPhase.Closed,
                Reason = CloseReason.Reporting,
                Measurements = [.. open.Measurements.SkipLast(1), open.Last with { LoggedAt = now, EndsAt = end, TerminationReason = reason, CloseReason = reason }],
            };
            next = next with { Reports = [.. next.Reports.Select(report => report == open ? closed with { Text = seal(closed) } : report)] };
            if (open.Last.Count > 0)
            {
                next = Begin(next, open.Tag, open.Feature, Measure(end, open.Last.Count, null, now), open.Last.Count, now);
            }
        }

        return next;
    }

    public static bool IsFull(ReportRecord report) => report.IsOpen && report.Measurements.Count >= MostMeasurements;

    private static PolicyState Begin(PolicyState policy, string tag, string feature, Measurement first, long before, DateTimeOffset now)
    {
        var id = policy.NextReportId == 0 ? (ulong)now.ToUnixTimeSeconds() : policy.NextReportId;
        return policy with { NextReportId = id + 1, Reports = [.. policy.Reports, new ReportRecord(id, tag, feature) { Measurements = [first], CountBefore = before }] };
    }

    private static ReportRecord Changed(ReportRecord open, long count, UnitChange? units, DateTimeOffset now)
    {
        // Of the former count nothing was measured: it never was.
        if (now <= open.Last.StartsAt)
        {
            return open with { Measurements = [.. open.Measurements.SkipLast(1), With(open.Last with { Count = count }, units)] };
        }

        return count == open.Last.Count && units is null ? open : open with { Measurements = [.. open.Measurements, Measure(Later(now, open.EndsAt), count, units, now)] };
    }

    private static ReportRecord Continued(ReportRecord open, TimeSpan? setBack, DateTimeOffset now) => open with
    {
        Measurements =
        [
            .. open.Measurements.SkipLast(1),
            open.Last with
            {
                LoggedAt = now, EndsAt = Later(now, open.EndsAt), ClockChange = setBack is { } delta ? (open.Last.ClockChange ?? TimeSpan.Zero) + delta : open.Last.ClockChange,
            },
        ],
    };

    private static Measurement Measure(DateTimeOffset begin, long count, UnitChange? units, DateTimeOffset now) => With(new Measurement(now, begin, begin, count), units);

    private static Measurement With(Measurement measurement, UnitChange? units) => units is null ? measurement : measurement with
    {
        AddedUnits = [.. measurement.AddedUnits ?? [], .. units.Added], RemovedUnits = [.. measurement.RemovedUnits ?? [], .. units.Removed],
    };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

/// <summary>Why a report ended (device reference 4.4.1).</summary>
internal static class CloseReason
{
    /// <summary>The state's reason on the show pages.</summary>
    public const string Reporting = "REPORTING";

    public const string Acknowledged = "ACKED";

    /// <summary>A person or a program wanted to have it.</summary>
    public const string Requested = "CurrentUsageRequested";

    /// <summary>The reporting interval is over, or it is full.</summary>
    public const string PeriodEnded = "ReportingPeriodEnded";

    /// <summary>A report names the units that it is of.</summary>
    public const string UnitsChanged = "HaUnitsChanged";
}
