using Purser.Server.Devices.Rules;

namespace Purser.Tests.Devices.Rules;

/// <summary>The worked example of domain rules 9.2, and what a request of several restricted licenses means.</summary>
[Trait("Feature", "EX-02")]
public sealed class RestrictedRulesTests
{
    [Theory]
    [InlineData(3, 0, 5, 3)] // PI1 asks 3 of 5
    [InlineData(3, 0, 2, 0)] // PI2 asks 3, 2 are left: refused whole
    [InlineData(2, 0, 2, 2)] // PI2 asks 2
    [InlineData(4, 3, 0, 3)] // PI1 raises to 4: refused, keeps its 3
    [InlineData(1, 3, 0, 1)] // giving back is never refused
    [InlineData(0, 3, 0, 0)]
    public void Whole_or_nothing(long wanted, long covered, long free, long granted) =>
        Assert.Equal(granted, RestrictedRules.Decide([new RestrictedDemand(1, wanted, covered, free)])[1]);

    [Fact]
    public void One_that_is_short_refuses_what_else_the_request_asks_for_but_not_what_it_gives_back()
    {
        var granted = RestrictedRules.Decide([new(1, 2, 1, 9), new(2, 5, 0, 4), new(3, 1, 3, 0)]);
        Assert.Equal([1, 0, 1], new long[] { 1, 2, 3 }.Select(license => granted[license]));
    }

    [Theory]
    [InlineData(5, 3, 0, 3)]
    [InlineData(2, 3, 0, 2)]
    [InlineData(5, -2, 0, 0)]
    [InlineData(5, -1, 2, 1)] // what it uses without cover is counted already
    public void Free_is_what_the_lines_have_and_others_do_not_use(long lines, long balance, long uncovered, long free) =>
        Assert.Equal(free, RestrictedRules.Free(lines, balance, uncovered));
}
