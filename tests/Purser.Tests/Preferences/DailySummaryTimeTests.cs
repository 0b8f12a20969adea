using System.Globalization;
using Purser.Server.Preferences;

namespace Purser.Tests.Preferences;

/// <summary>12:01 a.m. US Eastern, local time, whatever the clocks do (domain rules 12.8).</summary>
[Trait("Feature", "RP-03")]
public sealed class DailySummaryTimeTests
{
    [Theory]
    [InlineData("America/New_York", "00:01", "2026-01-15T04:59:00Z", "2026-01-15T05:01:00Z")]
    [InlineData("America/New_York", "00:01", "2026-01-15T05:01:00Z", "2026-01-16T05:01:00Z")]
    // The night before the clocks go forward, and the one after it: 23 hours apart in between.
    [InlineData("America/New_York", "00:01", "2026-03-08T03:00:00Z", "2026-03-08T05:01:00Z")]
    [InlineData("America/New_York", "00:01", "2026-03-08T05:01:00Z", "2026-03-09T04:01:00Z")]
    // The clocks go back: 25 hours.
    [InlineData("America/New_York", "00:01", "2026-11-01T04:01:00Z", "2026-11-02T05:01:00Z")]
    // 02:30 does not exist in that night: the first minute that does.
    [InlineData("America/New_York", "02:30", "2026-03-08T05:01:00Z", "2026-03-08T07:00:00Z")]
    // 01:30 comes twice: once, the first time.
    [InlineData("America/New_York", "01:30", "2026-11-01T04:01:00Z", "2026-11-01T05:30:00Z")]
    [InlineData("America/New_York", "01:30", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z")]
    // 29 February.
    [InlineData("America/New_York", "00:01", "2028-02-28T12:00:00Z", "2028-02-29T05:01:00Z")]
    [InlineData("UTC", "00:01", "2028-02-29T00:01:00Z", "2028-03-01T00:01:00Z")]
    [InlineData("Asia/Kolkata", "00:01", "2026-06-01T00:00:00Z", "2026-06-01T18:31:00Z")]
    public void It_is_due_once_a_local_day(string zone, string at, string now, string due) =>
        Assert.Equal(At(due), DailySummaryTime.NextAfter(At(now), TimeZoneInfo.FindSystemTimeZoneById(zone), TimeOnly.ParseExact(at, "HH:mm", CultureInfo.InvariantCulture)));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
