namespace Purser.Server.Reports;

/// <summary>A piece of the time that a report on history covers: days as terms have them (domain rules 2.3).</summary>
public readonly record struct HistoryPeriod(DateOnly From, DateOnly To);

/// <summary>How far back a report on history goes, and in which pieces: 30 days by the day, 90 by the week, 365 by the month. Pure.</summary>
public static class HistoryPeriods
{
    public const int Usual = 90;

    public static readonly IReadOnlyList<int> Choices = [30, 90, 365];

    public static string Words(int days) => days switch
    {
        30 => "The last 30 days, day by day",
        90 => "The last 13 weeks, week by week",
        _ => "The last 12 months, month by month",
    };

    /// <summary>Oldest first; the last one ends today.</summary>
    public static IReadOnlyList<HistoryPeriod> Of(int days, DateOnly today) => days switch
    {
        30 => [.. Enumerable.Range(0, 30).Select(back => today.AddDays(back - 29)).Select(day => new HistoryPeriod(day, day))],
        90 => [.. Enumerable.Range(0, 13).Select(back => today.AddDays(7 * (back - 12))).Select(day => new HistoryPeriod(day.AddDays(-6), day))],
        _ => [.. Enumerable.Range(0, 12).Select(back => today.AddDays(1 - today.Day).AddMonths(back - 11)).Select(first => new HistoryPeriod(first, Min(first.AddMonths(1).AddDays(-1), today)))],
    };

    private static DateOnly Min(DateOnly one, DateOnly other) => one < other ? one : other;
}
