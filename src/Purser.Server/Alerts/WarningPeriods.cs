using System.Globalization;
using Purser.Server.Settings;

namespace Purser.Server.Alerts;

/// <summary>The warning periods before a due date: 90, 60, 30, 14, 7, 3, 2, 1 days (domain rules 10.3, 10.5).</summary>
public sealed class WarningPeriods(PurserSettings settings)
{
    private readonly IReadOnlyList<int> days =
        [.. settings.Licenses.ExpiryDays.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).OrderDescending()];

    /// <summary>
    /// Until when "Remind later" hides an alert: the beginning of the next period, counted in days left to the due date; in the last period the
    /// due date itself. At day 60 of silence 30 days are left, so it hides until 14 are left: day 76 (domain rules 10.4).
    /// </summary>
    public DateTimeOffset NextAfter(DateTimeOffset now, DateTimeOffset due) =>
        days.Select(period => due.AddDays(-period)).Where(begin => begin > now).DefaultIfEmpty(due).Min();
}
