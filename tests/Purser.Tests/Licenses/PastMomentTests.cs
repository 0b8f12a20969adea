using System.Globalization;
using Purser.Server.Licenses;

namespace Purser.Tests.Licenses;

/// <summary>Which moments of the past can be asked for, and what is said of the others (LI-14).</summary>
[Trait("Feature", "LI-14")]
public sealed class PastMomentTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 16, 20, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Since = new(2024, 2, 10, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-11-21", "2026-11-22T00:00:00Z", "21 Nov 2026, 24:00 UTC")]
    [InlineData("2024-02-29", "2024-03-01T00:00:00Z", "29 Feb 2024, 24:00 UTC")]
    [InlineData("2024-12-31", "2025-01-01T00:00:00Z", "31 Dec 2024, 24:00 UTC")]
    [InlineData("2024-02-10", "2024-02-11T00:00:00Z", "10 Feb 2024, 24:00 UTC")]
    [InlineData("2026-11-22", "2026-11-22T17:00:00Z", "now")]

    // The clocks of Berlin change at 01:00 UTC: 02:00 to 03:00 comes twice in autumn, told apart by the offset; in spring it does not come.
    [InlineData("2026-10-25T02:00:00+02:00", "2026-10-25T00:00:00Z", "24 Oct 2026, 24:00 UTC")]
    [InlineData("2026-10-25T02:00:00+01:00", "2026-10-25T01:00:00Z", "25 Oct 2026, 01:00 UTC")]
    [InlineData("2026-10-25T02:00:00 01:00", "2026-10-25T01:00:00Z", "25 Oct 2026, 01:00 UTC")]
    [InlineData("2026-03-29T03:00:00+02:00", "2026-03-29T01:00:00Z", "29 Mar 2026, 01:00 UTC")]
    [InlineData("2026-11-21T19:30:00+05:30", "2026-11-21T14:00:00Z", "21 Nov 2026, 14:00 UTC")]
    [InlineData("2026-11-22T16:00:00Z", "2026-11-22T16:00:00Z", "22 Nov 2026, 16:00 UTC")]
    public void A_day_ends_by_UTC_and_an_hour_has_its_offset(string asked, string before, string text)
    {
        var moment = PastMoment.Read(asked, Now, Since, DayZone.Utc);
        Assert.True(moment.IsOk, moment.Refusal?.Detail);
        Assert.Equal((DateTimeOffset.Parse(before, CultureInfo.InvariantCulture), text), (moment.Value.Before, moment.Value.Text));
    }

    [Theory]
    [InlineData("2025-02-29", "that month ends with 28 Feb 2025. Ask for 2025-02-28.")]
    [InlineData("2026-04-31", "that month ends with 30 Apr 2026")]
    [InlineData("2026-13-01", "There is no day 2026-13-01")]
    [InlineData("0000-01-01", "There is no day 0000-01-01")]
    [InlineData("2026-11-23", "23 Nov 2026 lies in the future")]
    [InlineData("9999-12-31", "lies in the future")]
    [InlineData("2026-11-22T17:00:00Z", "lies in the future")]
    [InlineData("2024-02-09", "made on 10 Feb 2024: before that there was nothing in it. Ask for 2024-02-10 or later")]
    [InlineData("2024-02-10T08:00:00Z", "made on 10 Feb 2024")]
    [InlineData("2026-11-21T14:23:00Z", "ask for 2026-11-21T14:00:00Z or 2026-11-21T15:00:00Z")]
    [InlineData("2026-03-29T02:30:00", "does not say in which time zone")]
    [InlineData("2026-11-21T25:00:00Z", "is no instant")]
    [InlineData("yesterday", "is no day and no instant")]
    [InlineData("2026-11-21' or 1=1 --", "is no day and no instant")]
    public void Other_moments_are_refused_with_cause_and_remedy(string asked, string words)
    {
        var moment = PastMoment.Read(asked, Now, Since, DayZone.Utc);
        Assert.Contains(words, moment.Refusal!.Detail, StringComparison.Ordinal);
        Assert.Equal(PastMoment.Field, moment.Refusal.Field);
    }
}
