using System.Globalization;

namespace Purser.Server.Licenses;

/// <summary>
/// The estimator: of each full week the highest demand; of the paces between any two weeks the middle one carries on, and the band is what nine of
/// ten of them stayed within on either side (Theil and Sen's slope, which a single odd week does not move). Terms that end and begin are known. Pure.
/// </summary>
public static class ForecastRules
{
    public const int LeastWeeks = 4;
    public const int MostWeeks = 26;
    public const int Horizon = 730;

    /// <param name="weeks">The highest demand of each full week up to now, oldest first.</param>
    /// <param name="supply">What is there now.</param>
    public static Forecast Of(DateOnly today, IReadOnlyList<long> weeks, long demand, long supply, IReadOnlyList<SupplyChange> changes)
    {
        if (demand > supply)
        {
            return new Forecast(ForecastKind.AlreadyShort, $"It has run dry already: {Number(demand - supply)} {(demand - supply == 1 ? "is" : "are")} missing.", today, today, today, weeks.Count, null);
        }

        if (weeks.Count < LeastWeeks)
        {
            return new Forecast(
                ForecastKind.NotEnoughHistory,
                $"There is not enough history yet to forecast when it runs dry: {LeastWeeks} full weeks are needed, and there {(weeks.Count == 1 ? "is 1" : $"are {weeks.Count}")}.",
                null, null, null, weeks.Count, null);
        }

        var pace = PaceOf(weeks);
        var level = Math.Max(demand, weeks[^1]);
        var course = new Course(today, level, supply, changes);
        var (earliest, likely, latest) = (course.DryAt(pace.Fast), course.DryAt(pace.Middle), course.DryAt(pace.Slow));
        var kind = likely is not null ? ForecastKind.RunsDry : earliest is not null ? ForecastKind.MayRunDry : ForecastKind.Lasts;
        return new Forecast(kind, Words(kind, pace, weeks.Count, course, earliest, likely, latest), earliest, likely, latest, weeks.Count, pace) { Path = course.Path(pace) };
    }

    /// <summary>The straight line by the same reckoning: its value at the first of these and what it changes by from one to the next.</summary>
    public static (decimal First, decimal Pace) TrendOf(IReadOnlyList<long> values)
    {
        var pace = PaceOf(values).Middle;
        var levels = values.Select((value, index) => value - (pace * index)).Order().ToList();
        return (At(levels, 0.5m), pace);
    }

    private static ForecastPace PaceOf(IReadOnlyList<long> weeks)
    {
        var paces = new List<decimal>();
        for (var from = 0; from < weeks.Count; from++)
        {
            for (var to = from + 1; to < weeks.Count; to++)
            {
                paces.Add((decimal)(weeks[to] - weeks[from]) / (to - from));
            }
        }

        paces.Sort();
        return new ForecastPace(At(paces, 0.1m), At(paces, 0.5m), At(paces, 0.9m));
    }

    /// <summary>The value below which this part of a sorted list lies.</summary>
    private static decimal At(List<decimal> sorted, decimal part)
    {
        var place = part * (sorted.Count - 1);
        var below = (int)Math.Floor(place);
        return Math.Round(below + 1 < sorted.Count ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below], 4);
    }

    private static string Words(ForecastKind kind, ForecastPace pace, int weeks, Course course, DateOnly? earliest, DateOnly? likely, DateOnly? latest)
    {
        var basis = $"By the last {weeks} weeks, in which the highest demand of a week changed by {Signed(pace.Middle)} a week ({Signed(pace.Slow)} to {Signed(pace.Fast)})";
        var known = course.KnownWords();
        return kind switch
        {
            ForecastKind.RunsDry when earliest == latest => $"{basis}, it runs dry about {Day(likely!.Value)} at any of these paces.{known}",
            ForecastKind.RunsDry => $"{basis}, it runs dry about {Day(likely!.Value)}: not before {Day(earliest!.Value)} at the fastest pace, {(latest is null ? "not within two years" : $"by {Day(latest.Value)}")} at the slowest.{known}",
            ForecastKind.MayRunDry => $"{basis}, it lasts for two years at the middle pace; at the fastest it would run dry on {Day(earliest!.Value)}.{known}",
            _ => $"{basis}, it lasts for the two years that are looked ahead.{known}",
        };
    }

    private static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private static string Number(decimal value) => value.ToString("#,0.#", CultureInfo.InvariantCulture);

    private static string Signed(decimal value) => Math.Round(value, 1) switch { 0 => "0", > 0 => $"+{Number(value)}", _ => $"−{Number(-value)}" };

    /// <summary>Demand that grows at a pace, against what is there on each day.</summary>
    private sealed record Course(DateOnly Today, long Level, long Supply, IReadOnlyList<SupplyChange> Changes)
    {
        /// <summary>A change counts from its own day on.</summary>
        public long SupplyOn(DateOnly day) => Supply + Changes.Where(change => change.Day <= day).Sum(change => change.Difference);

        public decimal DemandOn(DateOnly day, decimal pace) => Math.Max(0, Level + (pace * (day.DayNumber - Today.DayNumber) / 7));

        public DateOnly? DryAt(decimal pace)
        {
            var supply = Supply;
            var changes = Changes.OrderBy(change => change.Day).ToList();
            for (var (days, next) = (0, 0); days <= Horizon; days++)
            {
                var day = Today.AddDays(days);
                for (; next < changes.Count && changes[next].Day <= day; next++)
                {
                    supply += changes[next].Difference;
                }

                // Licenses are asked for whole.
                if (Math.Floor(DemandOn(day, pace)) > supply)
                {
                    return day;
                }
            }

            return null;
        }

        public IReadOnlyList<ForecastPoint> Path(ForecastPace pace) =>
        [
            .. Enumerable.Range(0, (Horizon / 7) + 1).Select(week => Today.AddDays(week * 7)).Concat(Changes.Select(change => change.Day).Where(day => day > Today)).Distinct().Order()
                .Select(day => new ForecastPoint(
                    day, Math.Round(DemandOn(day, pace.Slow), 1), Math.Round(DemandOn(day, pace.Middle), 1), Math.Round(DemandOn(day, pace.Fast), 1), SupplyOn(day))),
        ];

        public string KnownWords()
        {
            var ends = Changes.Where(change => change.Difference < 0).Sum(change => -change.Difference);
            var begins = Changes.Where(change => change.Difference > 0).Sum(change => change.Difference);
            return (ends, begins) switch
            {
                (0, 0) => "",
                (_, 0) => $" Known and counted: {Number(ends)} expire within two years.",
                (0, _) => $" Known and counted: {Number(begins)} begin within two years.",
                _ => $" Known and counted: {Number(ends)} expire and {Number(begins)} begin within two years.",
            };
        }
    }
}
