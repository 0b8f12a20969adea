using Purser.Server.Alerts;

namespace Purser.Tests.Alerts;

/// <summary>The wording of the source, letter by letter (help ch. 2), with its slips mended (domain rules 14, rows 9 and 10).</summary>
[Trait("Feature", "AL-01")]
public sealed class AlertTextTests
{
    // The term ends with 31 December: the line leaves the pool at the midnight after it (domain rules 2.3).
    private static readonly DateOnly LastDay = new(2026, 12, 31);
    private static readonly DateTimeOffset End = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Texts => new()
    {
        { AlertTexts.Insufficient("Lab", "Gold", 3), "The Virtual Account \"Lab\" has a shortage of Gold licenses. 3 licenses are required to return to compliance." },
        { AlertTexts.Insufficient("Lab", "Gold", 1), "The Virtual Account \"Lab\" has a shortage of Gold licenses. 1 license is required to return to compliance." },
        {
            AlertTexts.AgreementUpdated("Northwind"),
            "The Northwind Smart Licensing Agreement has been updated and this new version must be accepted in order to continue using Smart Licensing."
        },
        { AlertTexts.Expired(3, "Gold", "Lab", LastDay), "3 Gold licenses in the virtual account \"Lab\" expired on 31 Dec 2026." },
        { AlertTexts.Expiring(3, "Gold", "Lab", 30, LastDay), "3 Gold licenses in the virtual account \"Lab\" are set to expire in 30 days on 31 Dec 2026." },
        { AlertTexts.Expiring(1, "Gold", "Lab", 1, LastDay), "1 Gold license in the virtual account \"Lab\" is set to expire in 1 day on 31 Dec 2026." },
        {
            AlertTexts.FailedToConnect("dev", "Lab", 30),
            "The Product Instance \"dev\" in the Virtual Account \"Lab\" is not connected for its renewal period and the product instance may run in a degraded state "
            + "if it does not connect within the next 30 days. If the product is not going to connect, you can remove it to immediately release the license it is consuming."
        },
        {
            AlertTexts.FailedToRenew("dev", "Lab"),
            "The product instance \"dev\" in the Virtual Account \"Lab\" failed to connect during its renewal period and may be running in a degraded state. "
            + "The licenses it was consuming have been released for use by other product instances."
        },
    };

    [Theory, MemberData(nameof(Texts))]
    public void An_alert_reads_as_in_the_source(string text, string expected) => Assert.Equal(expected, text);

    [Theory]
    [InlineData("2026-12-02T00:00:00Z", "in 30 days on", "next 30 days.")]
    [InlineData("2026-12-27T20:00:00Z", "in 4 days on", "next 4 days.")]
    [InlineData("2026-12-31T20:00:00Z", "in 1 day on", "next 1 day.")]
    [InlineData("2027-01-01T00:00:00Z", "in 60 days on", "next 60 days.")] // over: as it was raised
    public void The_days_that_are_left_are_counted_when_it_is_read(string now, string expiring, string silent)
    {
        var at = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(expiring, AlertTexts.AsOf(AlertTexts.Expiring(3, "Gold", "Lab", 60, LastDay), End, at), StringComparison.Ordinal);
        Assert.Contains(silent, AlertTexts.AsOf(AlertTexts.FailedToConnect("dev", "Lab", 60), End, at), StringComparison.Ordinal);
    }
}
