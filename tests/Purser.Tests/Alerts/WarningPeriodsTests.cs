using System.Globalization;
using Purser.Server.Alerts;
using Purser.Server.Settings;

namespace Purser.Tests.Alerts;

[Trait("Feature", "AL-02")]
public sealed class WarningPeriodsTests
{
    // The worked examples of domain rules 10.3 and 10.4.
    [Theory]
    [InlineData("2026-11-10", "2027-01-01", "2026-12-02")] // put off in the 60-day period: hidden until 30 days before
    [InlineData("2026-12-02", "2027-01-01", "2026-12-18")]
    [InlineData("2026-12-20", "2027-01-01", "2026-12-25")]
    [InlineData("2026-12-30", "2027-01-01", "2026-12-31")]
    [InlineData("2026-12-31", "2027-01-01", "2027-01-01")] // no period is left: until the end itself
    [InlineData("2026-03-02", "2026-04-01", "2026-03-18")] // day 60 of silence: until day 76
    [InlineData("2026-01-31", "2026-04-01", "2026-03-02")] // day 30 of silence: until day 60
    public void Remind_later_hides_until_the_next_period(string now, string due, string until) =>
        Assert.Equal(Day(until), new WarningPeriods(new PurserSettings()).NextAfter(Day(now), Day(due)));

    private static DateTimeOffset Day(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
