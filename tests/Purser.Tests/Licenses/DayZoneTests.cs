using System.Globalization;
using Purser.Server.Licenses;

namespace Purser.Tests.Licenses;

/// <summary>When the days of terms begin and end (domain rules 2.3), also where clocks change at midnight, on 29 February, and at the ends of the calendar.</summary>
[Trait("Feature", "LI-10")]
public sealed class DayZoneTests
{
    [Theory]
    [InlineData("UTC", "2026-12-31", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("UTC", "2028-02-29", "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z")]
    [InlineData("America/New_York", "2026-12-31", "2026-12-31T05:00:00Z", "2027-01-01T05:00:00Z")]
    [InlineData("America/New_York", "2028-02-29", "2028-02-29T05:00:00Z", "2028-03-01T05:00:00Z")]
    [InlineData("America/New_York", "2026-07-04", "2026-07-04T04:00:00Z", "2026-07-05T04:00:00Z")]
    [InlineData("Asia/Kolkata", "2026-03-31", "2026-03-30T18:30:00Z", "2026-03-31T18:30:00Z")]

    // Days of 23 and 25 hours: the clocks change at 02:00.
    [InlineData("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z")]
    [InlineData("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z")]

    // In Santiago clocks jump from 24:00 to 01:00 in spring, and from 24:00 back to 23:00 in autumn.
    [InlineData("America/Santiago", "2024-09-07", "2024-09-07T04:00:00Z", "2024-09-08T04:00:00Z")]
    [InlineData("America/Santiago", "2024-09-08", "2024-09-08T04:00:00Z", "2024-09-09T03:00:00Z")]
    [InlineData("America/Santiago", "2024-04-06", "2024-04-06T03:00:00Z", "2024-04-07T04:00:00Z")]

    // In Havana they go from 01:00 back to 00:00: midnight comes twice, and the day begins with the first.
    [InlineData("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z")]

    // Samoa left out 30 December 2011: the 29th ends where the 31st begins.
    [InlineData("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z")]
    [InlineData("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z")]
    [InlineData("Asia/Tokyo", "0001-01-01", "0001-01-01T00:00:00Z", null)]
    [InlineData("America/New_York", "9999-12-31", null, "9999-12-31T23:59:59Z")]
    public void A_day_begins_and_ends_at_midnight_there(string zone, string day, string? begin, string? end)
    {
        var (days, date) = (Zone(zone), DateOnly.Parse(day, CultureInfo.InvariantCulture));
        Assert.Equal(begin is null ? days.Begin(date) : Instant(begin), days.Begin(date));
        Assert.Equal(end is null ? days.End(date) : Instant(end), days.End(date));
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("America/New_York")]
    [InlineData("America/Santiago")]
    [InlineData("America/Havana")]
    [InlineData("Asia/Kolkata")]
    [InlineData("Pacific/Auckland")]
    [InlineData("Australia/Lord_Howe")]
    public void Days_follow_each_other_without_gaps_and_an_end_shows_the_day_that_was_entered(string zone)
    {
        var days = Zone(zone);
        for (var day = new DateOnly(2023, 12, 31); day < new DateOnly(2029, 1, 2); day = day.AddDays(1))
        {
            Assert.Equal(day, days.DayOf(days.Begin(day)));
            Assert.Equal(day.AddDays(-1), days.DayOf(days.Begin(day).AddSeconds(-1)));
            Assert.Equal(days.Begin(day.AddDays(1)), days.End(day));
            Assert.Equal(day, days.LastDay(days.End(day)));
            Assert.InRange((days.End(day) - days.Begin(day)).TotalHours, 23, 25);
        }
    }

    [Fact]
    public void A_term_of_months_from_29_February_ends_on_the_day_before_its_anniversary_there()
    {
        var terms = LicenseTerms.Term(new DateOnly(2028, 2, 29), 12, Zone("Asia/Tokyo"));
        Assert.Equal((new DateOnly(2029, 2, 27), Instant("2029-02-27T15:00:00Z")), (terms.EndsOn, terms.EndsAt));
    }

    [Fact]
    public void A_demo_runs_60_times_24_hours_wherever_its_days_are_counted()
    {
        var terms = LicenseTerms.Demo(Instant("2026-10-01T02:00:00Z"), Zone("America/New_York"));
        Assert.Equal((new DateOnly(2026, 9, 30), new DateOnly(2026, 11, 29), Instant("2026-11-30T02:00:00Z")), (terms.StartsOn, terms.EndsOn, terms.EndsAt));
    }

    [Theory]
    [InlineData("America/New_York", "2026-11-21", "2026-11-22T05:00:00Z", "21 Nov 2026, 24:00 America/New_York")]
    [InlineData("America/New_York", "2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z", "22 Nov 2026, 00:00 UTC")]
    [InlineData("Asia/Kolkata", "2026-11-21", "2026-11-21T18:00:00Z", "21 Nov 2026, 18:00 UTC")] // its midnight is no full hour
    public void A_moment_of_the_past_is_the_end_of_a_day_there(string zone, string asked, string before, string text)
    {
        var moment = PastMoment.Read(asked, Instant("2026-11-23T03:00:00Z"), Instant("2024-01-01T00:00:00Z"), Zone(zone));
        Assert.Equal((Instant(before), text), (moment.Value.Before, moment.Value.Text));
    }

    [Fact]
    public void Today_may_still_be_yesterday_there() =>
        Assert.True(PastMoment.Read("2026-11-22", Instant("2026-11-23T03:00:00Z"), Instant("2024-01-01T00:00:00Z"), Zone("America/New_York")).Value.IsNow);

    private static DayZone Zone(string name) => new(TimeZoneInfo.FindSystemTimeZoneById(name));

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
