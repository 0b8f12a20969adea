using Purser.Server.Usage;
using Purser.Server.Usage.Bills.Rules;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage.Bills;

/// <summary>Peak, average and sum of a month of ten days; each scenario is worked out by hand.</summary>
public sealed class MonthlyUseTests
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Begin.AddDays(10);

    // Product instances as "counts @ times here", in days from the beginning; peak, day it was first reached (-1: never), average, license days, devices.
    public static TheoryData<string, long, int, string, string, int> Scenarios => new()
    {
        { "", 0, -1, "0", "0", 0 },
        { "0:4 @ 0-99", 4, 0, "4", "40", 1 },

        // 2 days of nothing, 3 of 4, 5 of 6: 12 + 30.
        { "2:4 5:6 @ 0-99", 6, 5, "4.2", "42", 1 },

        // A count of an earlier month stands.
        { "-30:3 @ -60-99", 3, 0, "3", "30", 1 },

        // Domain rules 13.2: the late one of day 3 is in the history.
        { "1:4 3:9 8:6 @ 0-99", 9, 3, "6.5", "65", 1 },

        // Both together only from day 4 to 6: 4 × 6 + 5 × 6.
        { "0:4 6:0 @ 0-99; 4:5 @ 0-99", 9, 4, "5.4", "54", 2 },

        // Moved away on day 3 and back on day 7: 3 + 3 days of 2.
        { "0:2 @ 0-3 7-99", 2, 0, "1.2", "12", 1 },

        // One goes the moment another begins: never 8.
        { "0:4 @ 0-5; 5:4 @ 0-99", 4, 0, "4", "40", 2 },

        // Nothing, before or after: not a user of this month.
        { "0:0 @ 0-99; 12:3 @ 0-99; -9:3 @ -20-0", 0, -1, "0", "0", 0 },

        // The peak of day 2 is reached again on day 8: the first counts. 2 × 1 + 1 × 7 + 5 × 2 + 2 × 7.
        { "0:1 2:7 3:2 8:7 @ 0-99", 7, 2, "3.3", "33", 1 },
    };

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_month_comes_to_its_peak_and_average(string devices, long peak, int peakDay, string average, string days, int users)
    {
        var use = new MonthlyUse(Begin, End);
        foreach (var (number, (counts, times)) in devices.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Read).Index())
        {
            use.Add(number, counts, times);
        }

        var figures = use.Figures();

        Assert.Equal((peak, peakDay < 0 ? null : Day(peakDay), users), (figures.Peak, figures.PeakAt, figures.Devices));
        Assert.Equal((Number(average), Number(days), Number(days) * 24), (figures.Average, figures.UnitDays, figures.UnitHours));
    }

    [Fact]
    public void What_is_shown_is_rounded_half_up_and_the_sum_is_exact()
    {
        var use = new MonthlyUse(Begin, Begin.AddHours(1));
        use.Add(1, [new UseCount(Begin, 1), new UseCount(Begin.AddSeconds(18), 0)], [new TimeHere(Begin, End)]);
        use.Add(2, [new UseCount(Begin, long.MaxValue / 4)], [new TimeHere(Begin, End)]);

        var figures = use.Figures();

        Assert.Equal(((Int128)(long.MaxValue / 4) * 3_600) + 18, figures.UnitSeconds);
        Assert.Equal((long.MaxValue / 4) + 0.01m, figures.UnitHours);
    }

    [Fact]
    public void Whatever_is_reported_the_sum_is_that_of_every_second()
    {
        var numbers = SeededNumbers.FromEnvironment("PURSER_TEST_SEED", TimeProvider.System);
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {numbers.Seed}");
        for (var round = 0; round < 100; round++)
        {
            var end = Begin.AddSeconds(60);
            var devices = Enumerable.Range(0, 1 + numbers.Below(5)).Select(_ => (Counts: Counts(), Times: Times())).ToList();
            var use = new MonthlyUse(Begin, end);
            foreach (var (number, device) in devices.Index())
            {
                use.Add(number, device.Counts, device.Times);
            }


            var seconds = Enumerable.Range(0, 60).Select(second => devices.Sum(device => At(device, Begin.AddSeconds(second)))).ToList();

            var figures = use.Figures();
            Assert.Equal((seconds.Max(), seconds.Sum()), (figures.Peak, (long)figures.UnitSeconds));
            Assert.Equal(seconds.Max() == 0 ? null : Begin.AddSeconds(seconds.IndexOf(seconds.Max())), figures.PeakAt);
            Assert.Equal(devices.Count(device => Enumerable.Range(0, 60).Any(second => At(device, Begin.AddSeconds(second)) > 0)), figures.Devices);
        }

        List<UseCount> Counts() => [.. Moments(6).Select(at => new UseCount(at, numbers.Below(5)))];
        List<TimeHere> Times() => [.. Moments(6).Chunk(2).Where(pair => pair.Length == 2).Select(pair => new TimeHere(pair[0], pair[1]))];
        List<DateTimeOffset> Moments(int most) => [.. Enumerable.Range(0, numbers.Below(most + 1)).Select(_ => Begin.AddSeconds(numbers.Below(80) - 10)).Distinct().Order()];
    }

    // Stays: here from day 2 to day 6, then there, or removed; reported until; whether more is awaited within ten days.
    [Theory]
    [InlineData("2:1", 9, true)]
    [InlineData("2:1", 10, false)]
    [InlineData("2:1 6:2", 5, true)]
    [InlineData("2:1 6:2", 6, false)]
    [InlineData("2:1 6:0", 5, false)]
    [InlineData("2:2", 5, false)]
    [InlineData("12:1", 5, false)]
    public void More_is_awaited_of_who_was_here_and_has_not_reported_until_the_end(string stays, int until, bool isAwaited)
    {
        var times = new DeviceTimes([.. stays.Split(' ').Select(stay => stay.Split(':')).Select(stay => new ReportingStay { From = Day(Whole(stay[0])), VirtualAccountId = stay[1] == "0" ? null : Whole(stay[1]) })], 1);

        Assert.Equal(isAwaited, times.IsAwaited(Begin, End, Day(until)));
    }

    [Theory]
    [InlineData("2026-03", "2026-03-01", "2026-04-01")]
    [InlineData("2025-12", "2025-12-01", "2026-01-01")]
    [InlineData("2026-04", null, "2026-04 has not begun yet")]
    [InlineData("2026-13", null, "YYYY-MM")]
    [InlineData("2026-3", null, "YYYY-MM")]
    [InlineData("", null, "YYYY-MM")]
    [InlineData(null, null, "YYYY-MM")]
    public void A_month_is_written_as_year_and_month_and_has_begun(string? text, string? begin, string endOrReason)
    {
        var month = BillMonth.Parse(text, Begin.AddDays(3));

        if (begin is null)
        {
            Assert.Contains(endOrReason, month.Refusal!.Detail, StringComparison.Ordinal);
            return;
        }

        Assert.Equal((begin, endOrReason), ($"{month.Value.Begin:yyyy-MM-dd}", $"{month.Value.End:yyyy-MM-dd}"));
    }

    private static long At((List<UseCount> Counts, List<TimeHere> Times) device, DateTimeOffset instant) =>
        device.Times.Exists(time => time.From <= instant && instant < time.To) ? device.Counts.FindLast(count => count.From <= instant).Quantity : 0;

    private static (List<UseCount> Counts, List<TimeHere> Times) Read(string device)
    {
        var halves = device.Split('@', StringSplitOptions.TrimEntries);
        return (
            [.. halves[0].Split(' ').Select(count => count.Split(':')).Select(count => new UseCount(Day(Whole(count[0])), Whole(count[1])))],
            [.. halves[1].Split(' ').Select(time => time.LastIndexOf('-') is var at ? new TimeHere(Day(Whole(time[..at])), Day(Whole(time[(at + 1)..]))) : default)]);
    }

    private static DateTimeOffset Day(int day) => Begin.AddDays(day);

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static int Whole(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
