using Purser.Server.Licenses;

namespace Purser.Tests.Licenses;

/// <summary>The forecast of the day on which a license runs dry, by worked examples (LI-14).</summary>
[Trait("Feature", "LI-14")]
public sealed class ForecastRulesTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    [Fact]
    public void A_steady_pace_gives_one_day()
    {
        // 7 a week is one a day: 20 are left, the 21st day from now needs one more than is there.
        var forecast = ForecastRules.Of(Today, [10, 17, 24, 31, 38], 38, 58, []);
        Assert.Equal(ForecastKind.RunsDry, forecast.Kind);
        Assert.Equal((Today.AddDays(21), Today.AddDays(21), Today.AddDays(21)), (forecast.Earliest, forecast.Likely, forecast.Latest));
        Assert.Equal(new ForecastPace(7, 7, 7), forecast.Pace);
        Assert.Contains("By the last 5 weeks", forecast.Text, StringComparison.Ordinal);
        Assert.EndsWith("at any of these paces.", forecast.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Uneven_weeks_give_a_band_and_one_odd_week_does_not_move_the_middle()
    {
        var even = ForecastRules.Of(Today, [10, 12, 14, 16, 18, 20, 22, 24], 24, 40, []);
        var odd = ForecastRules.Of(Today, [10, 12, 14, 90, 18, 20, 22, 24], 24, 40, []);
        Assert.Equal(2, even.Pace!.Middle);
        Assert.Equal(2, odd.Pace!.Middle);
        Assert.True(odd.Pace.Slow < 2 && odd.Pace.Fast > 2, $"{odd.Pace}");
        Assert.True(odd.Earliest <= odd.Likely && odd.Likely == even.Likely, odd.Text);
    }

    [Fact]
    public void A_term_that_ends_is_counted()
    {
        var forecast = ForecastRules.Of(Today, [10, 10, 10, 10], 10, 15, [new SupplyChange(Today.AddDays(30), -6)]);
        Assert.Equal((ForecastKind.RunsDry, Today.AddDays(30)), (forecast.Kind, forecast.Likely));
        Assert.Contains("6 expire", forecast.Text, StringComparison.Ordinal);

        // Its successor begins on the same day: nothing happens.
        Assert.Equal(ForecastKind.Lasts, ForecastRules.Of(Today, [10, 10, 10, 10], 10, 15, [new SupplyChange(Today.AddDays(30), -6), new SupplyChange(Today.AddDays(30), 6)]).Kind);
    }

    [Theory]
    [InlineData(new long[] { }, 5, 9, ForecastKind.NotEnoughHistory, "there are 0")]
    [InlineData(new long[] { 4 }, 5, 9, ForecastKind.NotEnoughHistory, "there is 1")]
    [InlineData(new long[] { 4, 5, 6 }, 5, 9, ForecastKind.NotEnoughHistory, "4 full weeks are needed, and there are 3")]
    [InlineData(new long[] { 4, 5, 6 }, 11, 9, ForecastKind.AlreadyShort, "2 are missing")]
    [InlineData(new long[] { 5, 5, 5, 5 }, 5, 9, ForecastKind.Lasts, "lasts for the two years")]
    [InlineData(new long[] { 9, 8, 7, 6 }, 6, 9, ForecastKind.Lasts, "changed by −1 a week")]
    [InlineData(new long[] { 5, 5, 5, 6, 5, 6, 5 }, 5, 9, ForecastKind.MayRunDry, "at the fastest it would run dry on")]
    [InlineData(new long[] { 0, 0, 0, 0 }, 0, 0, ForecastKind.Lasts, "lasts")]
    public void What_cannot_be_said_is_said(long[] weeks, long demand, long supply, ForecastKind kind, string words)
    {
        var forecast = ForecastRules.Of(Today, weeks, demand, supply, []);
        Assert.Equal(kind, forecast.Kind);
        Assert.Contains(words, forecast.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_path_begins_at_the_level_of_the_last_week_and_widens()
    {
        var path = ForecastRules.Of(Today, [10, 13, 15, 20, 22], 19, 400, []).Path;
        Assert.Equal((Today, 22m, 22m, 22m), (path[0].Day, path[0].Low, path[0].Middle, path[0].High));
        Assert.True(path[^1].Low < path[^1].Middle && path[^1].Middle < path[^1].High);
        Assert.Equal(path.OrderBy(point => point.Day), path);
    }
}
