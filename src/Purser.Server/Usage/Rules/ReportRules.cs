using System.Globalization;
using Purser.Protocol.Usage;
using Purser.Server.Commands;

namespace Purser.Server.Usage.Rules;

/// <summary>Which reports are taken, and what is said about odd ones. Pure.</summary>
public static class ReportRules
{
    /// <summary>A device whose clock is ahead by no more is believed (design 4).</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(15);

    /// <summary>Two samples: a pause no longer than this is none.</summary>
    private static readonly TimeSpan GapTolerance = TimeSpan.FromMinutes(30);

    /// <summary>Nothing was licensed this way before: a clock that says so was never set.</summary>
    private static readonly DateTimeOffset Earliest = new(2016, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What a measurement tells of; its end alone where the clock was set meanwhile.</summary>
    public static UsageSpan SpanOf(Measurement measurement) => new(measurement.StartsAt < Earliest ? measurement.EndsAt : measurement.StartsAt, measurement.EndsAt, measurement.Count);

    /// <summary>Null: its time is over, and it can be counted.</summary>
    public static Refusal? JudgeTime(UsageReport report, DateTimeOffset now) => report.Measurements.Count == 0 ? null
        : report.EndsAt < Earliest ? Verdict.Refused(
            RefusalCode.ClockSkew,
            $"The report ends on {Text(report.EndsAt)}: the clock of the product instance was not set. Set it, for example by NTP; what it uses is in the reports that it makes from then on.")
        : report.EndsAt <= now + ClockTolerance ? null : Verdict.Refused(
        RefusalCode.ClockSkew,
        $"The report ends on {Text(report.EndsAt)}, and here it is {Text(now)}: the clock of the product instance is ahead. Set its clock. The report stays on the device and is taken once its time has come.");

    /// <summary>What people should know of a report that is counted; empty: nothing.</summary>
    public static string Note(UsageReport report, UsageTimeline timeline, bool isCutShort)
    {
        var notes = new List<string>();
        if (isCutShort)
        {
            notes.Add("A part of its time was counted by an earlier report already, and is not counted twice.");
        }
        else if (timeline.LastEnd is { } end && report.StartsAt < end)
        {
            notes.Add("It came late: it tells of a time before reports that were counted already, and changes the history only.");
        }
        else if (timeline.LastEnd is { } last && report.StartsAt - last > GapTolerance)
        {
            notes.Add($"Nothing was reported from {Text(last)} to {Text(report.StartsAt)}: reports of that time are missing.");
        }

        if (report.Measurements.Any(measurement => measurement.StartsAt < Earliest))
        {
            notes.Add("The clock of the product instance was not set when it began: it counts from its end.");
        }

        if (report.Measurements.Any(measurement => measurement.ClockChange is not null))
        {
            notes.Add("The clock of the product instance was set meanwhile.");
        }

        return string.Join(' ', notes);
    }

    private static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
