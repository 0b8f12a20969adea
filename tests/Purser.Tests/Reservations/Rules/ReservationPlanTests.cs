using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Reservations.Rules;

namespace Purser.Tests.Reservations.Rules;

public sealed class ReservationPlanTests
{
    private const long Perpetual = 1;
    private const long Term = 2;
    private static readonly DateOnly End = new(2027, 6, 30);

    // Domain rules 8.4: 12 perpetual + 8 term, in use 5.
    [Theory]
    [Trait("Feature", "RS-02")]
    [InlineData("0/0 of 12/8, 15 available", 14, "+12 perpetual, +2 term, needs 14")]
    [InlineData("12/2 of 12/8, 1 available", 10, "-2 perpetual, -2 term, needs 0")]
    [InlineData("12/2 of 12/8, 1 available", 15, "+1 term, needs 1")]
    [InlineData("12/2 of 12/8, 1 available", 14, "nothing")]
    [InlineData("12/2 of 12/8, 1 available", 0, "-12 perpetual, -2 term, needs 0")]
    [InlineData("12/2 of 12/8, 1 available", 16, "Of Routing this product instance can have at most 15, not 16: it has 14, and 1 are available. Reserve fewer, or transfer licenses to this virtual account.")]
    [InlineData("12/2 of 12/8, 1 available", -1, "Give how many licenses of Routing are to be reserved: 0 or more.")]

    // Perpetual ones have become free: what it has it keeps.
    [InlineData("4/2 of 12/8, 9 available", 6, "nothing")]
    [InlineData("4/2 of 12/8, 9 available", 7, "+1 perpetual, needs 1")]
    public void Chosen_by_default(string has, long quantity, string outcome) => Assert.Equal(outcome, Outcome(ReservationPlan.Of(Read(has), quantity)));

    // Domain rules 8.4: exchange 2 perpetual for 2 term at equal total: needs available ≥ 2.
    [Theory]
    [Trait("Feature", "RS-03")]
    [InlineData("12/2 of 12/8, 2 available", 10, 4, "+2 term, -2 perpetual, needs 2")]
    [InlineData("12/2 of 12/8, 1 available", 10, 4, "2 more licenses of Routing would be needed, and 1 are available. What this update gives back is available only after its confirmation code was entered.")]
    [InlineData("12/2 of 12/8, 9 available", 13, 2, "Of Routing, the perpetual licenses can give at most 12, not 13. Look at what is available now and choose again.")]
    [InlineData("12/2 of 12/8, 9 available", 12, 9, "Of Routing, the term until 30 June 2027 can give at most 8, not 9. Look at what is available now and choose again.")]
    [InlineData("12/2 of 12/8, 9 available", -1, 0, "Give how many licenses of Routing are to be reserved: 0 or more.")]
    public void Chosen_line_by_line(string has, long perpetual, long term, string outcome) =>
        Assert.Equal(outcome, Outcome(ReservationPlan.Of(Read(has), new Dictionary<long, long> { [Perpetual] = perpetual, [Term] = term })));

    // Domain rules 8.5: 10 perpetual + 5 term, 3 term reserved, in use 4; the term has ended.
    [Theory]
    [Trait("Feature", "RS-03")]
    [InlineData("0/0 of 10/0, 3 available, 3 uncovered", 3, "+3 perpetual, replaces 3, needs 0")]
    [InlineData("0/0 of 10/0, 3 available, 3 uncovered", 6, "+6 perpetual, replaces 3, needs 3")]
    [InlineData("0/0 of 10/0, 3 available, 3 uncovered", 2, "+2 perpetual, replaces 2, 1 leaving, needs 0")]
    [InlineData("0/0 of 10/0, 3 available, 3 uncovered", 0, "3 leaving, needs 0")]
    [InlineData("0/0 of 10/0, 3 available, 3 uncovered", 7, "Of Routing this product instance can have at most 6, not 7: it has 3, and 3 are available. Reserve fewer, or transfer licenses to this virtual account.")]
    public void With_units_whose_term_has_ended(string has, long quantity, string outcome) => Assert.Equal(outcome, Outcome(ReservationPlan.Of(Read(has), quantity)));

    [Theory]
    [InlineData("12/2 of 12/8, 1 available", 15)]
    [InlineData("0/0 of 10/0, 3 available, 3 uncovered", 6)]
    [InlineData("0/0 of 2/0, 9 available", 2)]
    [InlineData("0/0 of 0/0, 0 available, 5 uncovered", 0)]
    public void Maximum(string has, long maximum) => Assert.Equal(maximum, Read(has).Maximum);

    [Fact]
    public void A_line_that_is_gone_gives_nothing() =>
        Assert.StartsWith("Of Routing, a line that is not there any more can give at most 0", Outcome(ReservationPlan.Of(Read("0/0 of 1/1, 1 available"), new Dictionary<long, long> { [99] = 1 })), StringComparison.Ordinal);

    private static string Outcome(Verdict<ReservationPlan> plan)
    {
        if (!plan.IsOk)
        {
            return plan.Refusal!.Detail;
        }

        var value = plan.Value;
        List<string> parts =
        [
            .. value.Increases.OrderBy(change => change.Key).Select(change => $"+{change.Value} {NameOf(change.Key)}"),
            .. value.Decreases.OrderBy(change => change.Key).Select(change => $"-{change.Value} {NameOf(change.Key)}"),
            .. value.Replaced > 0 ? [$"replaces {value.Replaced}"] : Array.Empty<string>(), .. value.Leaving > 0 ? [$"{value.Leaving} leaving"] : Array.Empty<string>(),
        ];
        return value.IsNothing ? "nothing" : string.Join(", ", parts.Append($"needs {value.Needs}"));
    }

    private static string NameOf(long line) => line == Perpetual ? "perpetual" : "term";

    /// <summary>"12/2 of 12/8, 1 available, 3 uncovered": own units of the perpetual and of the term line, of so many; of the pool; own of an ended line.</summary>
    private static ReservableLicense Read(string text)
    {
        var numbers = text.Split([' ', '/', ','], StringSplitOptions.RemoveEmptyEntries).Where(part => char.IsDigit(part[0])).Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToList();
        return new ReservableLicense(
            "Routing", [new(Term, End, numbers[3] - numbers[1], numbers[1]), new(Perpetual, null, numbers[2] - numbers[0], numbers[0])], numbers[4], numbers.ElementAtOrDefault(5));
    }
}
