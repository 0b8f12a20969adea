using System.Globalization;
using Purser.Server.Catalog;
using Purser.Server.Settings;

namespace Purser.Server.Licenses;

/// <summary>Units of one license in one virtual account that end together: what one expiry warning is about (domain rules 10.3).</summary>
public readonly record struct TermGroup(long VirtualAccountId, long EntitlementId, DateTimeOffset EndsAt);

/// <summary>The days before an expiry at which a warning is raised (help ch. 2; domain rules 10.3, 10.5).</summary>
public sealed class ExpiryPeriods(IEnumerable<int> days)
{
    private readonly int[] rising = days.Order().ToArray();

    public static ExpiryPeriods Of(LicenseSettings settings) =>
        new(settings.ExpiryDays.Split(',', StringSplitOptions.TrimEntries).Select(text => int.Parse(text, CultureInfo.InvariantCulture)));

    public int Longest => rising[^1];

    /// <summary>Every period with the one after it, 0 for the last: (1, 0), (2, 1), (3, 2), (7, 3) …</summary>
    public IEnumerable<(int Days, int Next)> Steps => rising.Select((period, index) => (period, index == 0 ? 0 : rising[index - 1]));

    /// <summary>
    /// The period that runs now: the last one crossed, so that a late deposit enters it at once. It counts only if it is shorter than the
    /// line's whole length; null where none runs (domain rules 10.3).
    /// </summary>
    public int? Running(DateTimeOffset endsAt, TimeSpan wholeLength, DateTimeOffset now)
    {
        if (now >= endsAt)
        {
            return null;
        }

        foreach (var period in rising)
        {
            if (now >= endsAt.AddDays(-period))
            {
                return wholeLength > TimeSpan.FromDays(period) ? period : null;
            }
        }

        return null;
    }

    /// <summary>
    /// Until when "Remind later" hides an alert: the beginning of the next period, counted in days left to the due date; in the last period the
    /// due date itself. At day 60 of silence 30 days are left, so it hides until 14 are left: day 76 (domain rules 10.4).
    /// </summary>
    public DateTimeOffset NextAfter(DateTimeOffset now, DateTimeOffset due) =>
        rising.Select(period => due.AddDays(-period)).Where(begin => begin > now).DefaultIfEmpty(due).Min();

    /// <summary>
    /// From beginning to end: a term runs from its first day, whenever it was deposited; a demo from the instant of its deposit (domain rules 2.2).
    /// </summary>
    public static TimeSpan WholeLength(LicenseType type, DateTimeOffset acquiredAt, DateOnly? startsOn, DateTimeOffset endsAt, DayZone zone) =>
        endsAt - (type == LicenseType.Demo || startsOn is null ? acquiredAt : zone.Begin(startsOn.Value));
}
