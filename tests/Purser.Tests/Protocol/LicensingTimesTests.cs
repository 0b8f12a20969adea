using Purser.Protocol;

namespace Purser.Tests.Protocol;

public sealed class LicensingTimesTests
{
    private static readonly DateTimeOffset At = new(2024, 3, 13, 8, 9, 24, TimeSpan.Zero);

    [Fact]
    [Trait("Feature", "PI-01")]
    public void A_registration_renews_after_180_days_and_ends_after_365_less_five_minutes()
    {
        Assert.Equal(new(2024, 3, 13, 8, 4, 24, TimeSpan.Zero), LicensingTimes.NotBefore(At));
        Assert.Equal(new(2024, 9, 9, 8, 9, 24, TimeSpan.Zero), LicensingTimes.IdentityRenewal(At));
        Assert.Equal(new(2025, 3, 13, 8, 4, 24, TimeSpan.Zero), LicensingTimes.IdentityExpiry(At));
    }

    [Fact]
    [Trait("Feature", "PI-02")]
    public void An_authorization_renews_after_30_days_or_12_hours_and_ends_after_90_days_less_five_minutes()
    {
        var end = LicensingTimes.IdentityExpiry(At);
        Assert.Equal(new(2024, 4, 12, 8, 9, 24, TimeSpan.Zero), LicensingTimes.NextAuthorization(At, inCompliance: true));
        Assert.Equal(new(2024, 3, 13, 20, 9, 24, TimeSpan.Zero), LicensingTimes.NextAuthorization(At, inCompliance: false));
        Assert.Equal(new(2024, 6, 11, 8, 4, 24, TimeSpan.Zero), LicensingTimes.AuthorizationDeadline(At, end));
        Assert.Equal(end, LicensingTimes.AuthorizationDeadline(end.AddDays(-10), end));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(900, true)]
    [InlineData(-900, true)]
    [InlineData(901, false)]
    [InlineData(-86400, false)]
    public void Fifteen_minutes_of_skew_are_tolerated(int seconds, bool tolerated) =>
        Assert.Equal(tolerated, LicensingTimes.IsSkewTolerated(At.AddSeconds(seconds), At));
}
