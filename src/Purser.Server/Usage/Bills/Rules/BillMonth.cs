using System.Globalization;
using Purser.Server.Commands;

namespace Purser.Server.Usage.Bills.Rules;

/// <summary>A calendar month in UTC: the time of one usage bill. Pure.</summary>
public readonly record struct BillMonth(DateTimeOffset Begin)
{
    public DateTimeOffset End => Begin.AddMonths(1);

    public BillMonth Before => new(Begin.AddMonths(-1));

    public static BillMonth Of(DateTimeOffset instant) => new(new DateTimeOffset(instant.UtcDateTime.Year, instant.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>"2026-03". A month that has not begun has no bill.</summary>
    public static Verdict<BillMonth> Parse(string? text, DateTimeOffset now)
    {
        var current = Of(now);
        if (!DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"This is no month: write year and month as YYYY-MM, for example {current}.", "month");
        }

        var month = new BillMonth(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
        return month.Begin > current.Begin
            ? Verdict.Refused(RefusalCode.InvalidInput, $"{month} has not begun yet (UTC). Choose {current} or an earlier month.", "month")
            : month;
    }

    /// <summary>From this month back to the earlier one, newest first.</summary>
    public IEnumerable<BillMonth> BackTo(BillMonth earliest)
    {
        for (var month = this; month.Begin >= earliest.Begin; month = month.Before)
        {
            yield return month;
        }
    }

    public override string ToString() => Begin.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
