using Purser.Server.Reservations.Rules;

namespace Purser.Tests.Reservations.Rules;

[Trait("Feature", "RS-05")]
public sealed class RehostRulesTests
{
    // Help ch. 6, the table; domain rules 8.7.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(20, 2)]
    [InlineData(21, 3)]
    [InlineData(30, 3)]
    [InlineData(31, 4)]
    public void Ten_percent_rounded_up(int reserving, int failed) => Assert.Equal(failed, RehostRules.Threshold(reserving));

    // Domain rules 8.7: n = 10, X 10 | 0 (10) | 0; with 12 owned no threshold.
    [Theory]
    [InlineData(1, 0, 10, 0, RehostVerdict.Uncovered)]
    [InlineData(1, 0, 10, 1, RehostVerdict.Refused)]
    [InlineData(1, 0, 11, 1, RehostVerdict.Uncovered)]
    [InlineData(1, 2, 10, 1, RehostVerdict.Covered)]
    [InlineData(3, 2, 10, 0, RehostVerdict.Uncovered)]
    public void A_copy_needs_surplus_or_room_below_the_threshold(long reserved, long available, int reserving, int uncovered, RehostVerdict verdict) =>
        Assert.Equal(verdict, RehostRules.Judge([(1, 1), (reserved, available)], reserving, uncovered));
}
