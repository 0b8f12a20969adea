using Purser.Server.Licenses;
using Purser.Server.Web.Components;

namespace Purser.Server.Reports;

/// <summary>The chart of one license in a report on history: what was there, the highest use of each period, and the trend of it.</summary>
internal static class HistoryChart
{
    public static TimeChartData Of(IReadOnlyList<ReportRow> rows, IReadOnlyList<ReportColumn> columns, DayZone zone)
    {
        var (from, to, purchased, inUse, highest, balance) = (Place("from"), Place("to"), Place("purchased"), Place("inUse"), Place("highestInUse"), Place("balance"));
        var known = rows.Where(row => row.Cells[highest] is not null).ToList();
        var end = End(rows[^1]);
        var use = Stepped(highest);
        List<TimeLine> lines = [new("Highest in use", 1, use, Filled: true)];
        if (known.Any(row => row.Cells[purchased] is not null))
        {
            lines.Insert(0, new TimeLine("Purchased", 3, Stepped(purchased)));
        }

        // The middle pace between any two periods, through the middle of them: as the forecast reckons (docs/decisions/0023).
        if (known.Count >= ForecastRules.LeastWeeks && ForecastRules.TrendOf([.. known.Select(row => Number(row, highest))]) is var (first, pace))
        {
            lines.Add(new TimeLine("Trend", 2, [(Begin(known[0]), Math.Max(0, first)), (end, Math.Max(0, first + (pace * (known.Count - 1))))], Steps: false, Dashed: true));
        }

        return new TimeChartData(
            Begin(rows[0]), end, lines, ["Purchased", "In use", "Highest in use"],
            [.. rows.Reverse().Select(row => new TimeChartRow(Begin(row), [row.Cells[purchased] as long?, row.Cells[inUse] as long?, row.Cells[highest] as long?], Note(row)))])
        {
            Shades = [.. known.Where(row => row.Cells[balance] is < 0L).Select(row => (Begin(row), End(row)))],
            Summary = known.Count == 0 ? "Nothing is known of this time." : FormattableString.Invariant($"At most {known.Max(row => Number(row, highest))} in use at once. The table below has all figures."),
        };

        int Place(string column) => columns.Select((one, index) => (one.Key, index)).First(pair => pair.Key == column).index;

        DateTimeOffset Begin(ReportRow row) => zone.Begin((DateOnly)row.Cells[from]!);

        DateTimeOffset End(ReportRow row) => zone.End((DateOnly)row.Cells[to]!);

        string Note(ReportRow row) => Equals(row.Cells[from], row.Cells[to]) ? " " : $"– {Web.Viewer.Date((DateOnly)row.Cells[to]!)}";

        // Each value holds for its period, the last one to the edge.
        IReadOnlyList<(DateTimeOffset At, decimal Value)> Stepped(int column) => known.Count == 0
            ? []
            : [.. known.Where(row => row.Cells[column] is not null).Select(row => (Begin(row), (decimal)Number(row, column))), (end, Number(known[^1], column))];

        static long Number(ReportRow row, int column) => row.Cells[column] as long? ?? 0;
    }
}
