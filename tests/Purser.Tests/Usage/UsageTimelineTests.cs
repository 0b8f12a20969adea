using Purser.Server.Usage.Rules;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>A count stands until the next; what was told once is not told again.</summary>
public sealed class UsageTimelineTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    // Known spans; the new one; the parts of it that count. Days from the start and quantity.
    public static TheoryData<string, string, string> Uncounted => new()
    {
        { "", "0-10:4", "0-10:4" },
        { "0-10:4", "10-20:6", "10-20:6" },
        { "0-10:4", "0-10:6", "" },
        { "0-10:4", "5-20:6", "10-20:6" },
        { "5-10:4", "0-20:6", "0-5:6 10-20:6" },
        { "5-10:4 12-13:1", "0-20:6", "0-5:6 10-12:6 13-20:6" },
        { "0-10:4", "3-4:6", "" },
        { "0-10:4", "10-10:6", "10-10:6" },
        { "10-10:4", "10-10:6", "" },
    };

    [Theory]
    [MemberData(nameof(Uncounted))]
    public void What_was_counted_is_not_counted_again(string known, string span, string expected) =>
        Assert.Equal(Spans(expected), new UsageTimeline(Spans(known)).Uncounted(Spans(span)[0]));

    [Fact]
    public void A_count_of_an_instant_stands_until_what_was_measured_since()
    {
        // From the factory: 4 at one instant. What the device measured from then on is newer.
        var timeline = new UsageTimeline(Spans("10-10:4"));
        var second = TimeSpan.FromSeconds(1);

        Assert.Equal([new UsageSpan(Day(10) + second, Day(20), 6)], timeline.Uncounted(Spans("10-20:6")[0]));
        Assert.Equal([new UsageSpan(Day(5), Day(10), 6), new UsageSpan(Day(10) + second, Day(20), 6)], timeline.Uncounted(Spans("5-20:6")[0]));
        timeline.Add(timeline.Uncounted(Spans("10-20:6")[0]));
        Assert.Equal(6, timeline.Present);
        Assert.Empty(timeline.Uncounted(Spans("10-20:7")[0]));
    }

    [Fact]
    public void A_late_report_changes_the_past_only()
    {
        // Domain rules 13.2: 03-10 → 4, 04-10 → 6; a late one for 03-20 → 9.
        var timeline = new UsageTimeline([]);
        Assert.Equal([new UsageChange(Day(9), null, 4)], timeline.Add(Spans("9-10:4")));
        Assert.Equal([new UsageChange(Day(40), null, 2)], timeline.Add(Spans("40-41:6")));
        Assert.Equal([new UsageChange(Day(19), Day(40), 5)], timeline.Add(Spans("19-20:9")));
        Assert.Equal(6, timeline.Present);
    }

    [Fact]
    public void Only_what_is_beyond_the_covered_units_asks_for_licenses()
    {
        var timeline = new UsageTimeline([]);

        Assert.Empty(timeline.Add(Spans("0-1:4"), covered: 5));
        Assert.Equal([new UsageChange(Day(1), null, 2)], timeline.Add(Spans("1-2:7"), covered: 5));
    }

    [Fact]
    public void Whatever_the_order_no_time_is_counted_twice_and_the_changes_add_up()
    {
        var numbers = SeededNumbers.FromEnvironment("PURSER_TEST_SEED", TimeProvider.System);
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {numbers.Seed}");
        for (var round = 0; round < 200; round++)
        {
            var timeline = new UsageTimeline([]);
            var counted = new List<UsageSpan>();
            var figures = new Dictionary<int, long>();
            for (var report = 0; report < 12; report++)
            {
                var from = numbers.Below(60);
                var span = new UsageSpan(Day(from), Day(from + numbers.Below(12)), numbers.Below(9));
                var parts = timeline.Uncounted(span);
                counted.AddRange(parts);
                foreach (var change in timeline.Add(parts))
                {
                    for (var day = 0; day < 90; day++)
                    {
                        if (Day(day) >= change.From && (change.To is null || Day(day) < change.To))
                        {
                            figures[day] = figures.GetValueOrDefault(day) + change.Difference;
                        }
                    }
                }
            }

            var ordered = counted.OrderBy(span => span.From).ToList();
            Assert.All(ordered.Zip(ordered.Skip(1)), pair => Assert.True(pair.First.To <= pair.Second.From && pair.First.From < pair.Second.From, $"{pair} seed {numbers.Seed}"));
            for (var day = 0; day < 90; day++)
            {
                Assert.True(ordered.FindLast(span => span.From <= Day(day)).Quantity == figures.GetValueOrDefault(day), $"day {day} seed {numbers.Seed}");
            }

            Assert.Equal(ordered[^1].Quantity, timeline.Present);
        }
    }

    private static DateTimeOffset Day(int number) => Start.AddDays(number);

    private static List<UsageSpan> Spans(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('-', ':').Select(int.Parse).ToArray()).Select(part => new UsageSpan(Day(part[0]), Day(part[1]), part[2]))];
}
