using System.Globalization;
using Purser.Server.Licenses;

namespace Purser.Tests.Licenses;

/// <summary>Domain rules 10.3, 10.5: which warning period runs.</summary>
public sealed class ExpiryPeriodsTests
{
    private static readonly ExpiryPeriods Periods = new([90, 60, 30, 14, 7, 3, 2, 1]);

    [Theory, Trait("Feature", "LI-10")]
    // a year, to the end of 2026-12-31
    [InlineData("2027-01-01 00:00", 365, "2026-10-02 23:59", null)]
    [InlineData("2027-01-01 00:00", 365, "2026-10-03 00:00", 90)]
    [InlineData("2027-01-01 00:00", 365, "2026-11-02 00:00", 60)]
    [InlineData("2027-01-01 00:00", 365, "2026-12-01 23:59", 60)]
    [InlineData("2027-01-01 00:00", 365, "2026-12-02 00:00", 30)]
    [InlineData("2027-01-01 00:00", 365, "2026-12-18 00:00", 14)]
    [InlineData("2027-01-01 00:00", 365, "2026-12-25 00:00", 7)]
    [InlineData("2027-01-01 00:00", 365, "2026-12-29 00:00", 3)]
    [InlineData("2027-01-01 00:00", 365, "2026-12-30 00:00", 2)]
    [InlineData("2027-01-01 00:00", 365, "2026-12-31 00:00", 1)]
    [InlineData("2027-01-01 00:00", 365, "2026-12-31 23:59", 1)]
    [InlineData("2027-01-01 00:00", 365, "2027-01-01 00:00", null)]
    // a demo of 60 days first warns at 30
    [InlineData("2026-05-01 08:00", 60, "2026-03-02 08:00", null)]
    [InlineData("2026-05-01 08:00", 60, "2026-04-01 07:59", null)]
    [InlineData("2026-05-01 08:00", 60, "2026-04-01 08:00", 30)]
    public void The_last_period_crossed_runs_if_it_is_shorter_than_the_whole_term(string end, int days, string now, int? expected) =>
        Assert.Equal(expected, Periods.Running(At(end), TimeSpan.FromDays(days), At(now)));

    // The worked examples of domain rules 10.3 and 10.4.
    [Theory]
    [Trait("Feature", "AL-02")]
    [InlineData("2026-11-10", "2027-01-01", "2026-12-02")] // put off in the 60-day period: hidden until 30 days before
    [InlineData("2026-12-02", "2027-01-01", "2026-12-18")]
    [InlineData("2026-12-20", "2027-01-01", "2026-12-25")]
    [InlineData("2026-12-30", "2027-01-01", "2026-12-31")]
    [InlineData("2026-12-31", "2027-01-01", "2027-01-01")] // no period is left: until the end itself
    [InlineData("2026-03-02", "2026-04-01", "2026-03-18")] // day 60 of silence: until day 76
    [InlineData("2026-01-31", "2026-04-01", "2026-03-02")] // day 30 of silence: until day 60
    public void Remind_later_hides_until_the_next_period(string now, string due, string until) =>
        Assert.Equal(Day(until), Periods.NextAfter(Day(now), Day(due)));

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.ParseExact(text, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static DateTimeOffset Day(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
