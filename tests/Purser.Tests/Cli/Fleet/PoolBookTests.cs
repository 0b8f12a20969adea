using Purser.Cli.Fleet;

namespace Purser.Tests.Cli.Fleet;

/// <summary>Answers of a step are judged by the most and the least that could have been in use, since their order is the authority's own.</summary>
[Trait("Feature", "AG-04")]
public sealed class PoolBookTests
{
    private static readonly PoolName Pool = new("North", "tag");

    private readonly Violations violations = new(7, new FleetClock(FleetBench.Start), TextWriter.Null);
    private readonly PoolBook book;

    public PoolBookTests()
    {
        book = new PoolBook(violations);
        book.Supply(Pool, 10);
        book.Book(Pool, 8);
    }

    [Theory]
    [InlineData(2, true, 0)]
    [InlineData(2, false, 1)]
    [InlineData(3, false, 0)]
    [InlineData(3, true, 1)]
    public void Alone_in_a_step_a_device_must_be_told_the_truth(long more, bool told, int expected)
    {
        book.Change("D1", Pool, more);
        book.Told("D1", Pool, told);
        book.Settle();
        Assert.Equal(expected, violations.Count);
        Assert.Equal(8 + more, book.Pools[Pool].InUse);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Beside_another_device_that_releases_both_answers_may_be_true(bool told)
    {
        book.Change("D1", Pool, 3);
        book.Told("D1", Pool, told);
        book.Change("D2", Pool, -4);
        book.Told("D2", Pool, inCompliance: true);
        book.Settle();
        Assert.Equal(0, violations.Count);
        Assert.Equal(7, book.Pools[Pool].InUse);
    }

    [Fact]
    public void The_own_messages_of_a_device_have_one_order()
    {
        book.Change("D1", Pool, 3);
        book.Told("D1", Pool, inCompliance: true);
        book.Change("D1", Pool, -3);
        book.Told("D1", Pool, inCompliance: true);
        book.Settle();
        Assert.Contains("was told in compliance though at least 11 of 10", Assert.Single(violations.All), StringComparison.Ordinal);
    }
}
