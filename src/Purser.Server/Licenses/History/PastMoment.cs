using System.Globalization;
using System.Text.RegularExpressions;
using Purser.Server.Commands;

namespace Purser.Server.Licenses;

/// <summary>
/// A moment of the past that somebody asks about (LI-14): all that was entered before it counts. Figures are kept by the hour, so it is the end
/// of a day or a full hour. Days are those of terms (domain rules 2.3); where the zone's midnight is no full hour of UTC, a day's figures are those
/// of the full hour before.
/// </summary>
/// <param name="Before">The instant at which the moment is over.</param>
/// <param name="IsNow">The day that is not over yet: the figures so far.</param>
/// <param name="Text">"29 Feb 2024, 24:00 UTC", "31 Mar 2026, 14:00 UTC".</param>
public sealed partial record PastMoment(DateTimeOffset Before, bool IsNow, string Text)
{
    public const string Field = "asOf";

    private const string How = "Give a day such as 2026-03-31, which means its end, or a full hour with its offset such as 2026-03-31T14:00:00Z.";

    /// <param name="since">The beginning of the Smart Account.</param>
    public static Verdict<PastMoment> Read(string text, DateTimeOffset now, DateTimeOffset since, DayZone zone)
    {
        // In an address a plus sign that was not escaped arrives as a space.
        var typed = OffsetAfterSpace().Replace(text.Trim(), "+${offset}");
        var read = Day().Match(typed) is { Success: true } day ? OfDay(day, now, zone) : OfHour(typed, now, zone);
        return read.IsOk && !read.Value.IsNow && read.Value.Before <= since
            ? Refused($"The Smart Account was made on {Words(zone.DayOf(since))}: before that there was nothing in it. Ask for {Iso(zone.DayOf(since))} or later.")
            : read;
    }

    private static Verdict<PastMoment> OfDay(Match typed, DateTimeOffset now, DayZone zone)
    {
        var (year, month, day) = (Number("year"), Number("month"), Number("day"));
        if (year == 0 || month is 0 or > 12 || day is 0 or > 31)
        {
            return Refused($"There is no day {typed.Value}. {How}");
        }

        var last = DateTime.DaysInMonth(year, month);
        if (day > last)
        {
            var name = new DateOnly(year, month, last);
            return Refused($"There is no day {typed.Value}: that month ends with {Words(name)}. Ask for {Iso(name)}.");
        }

        var (asked, today) = (new DateOnly(year, month, day), zone.DayOf(now));
        return asked > today ? Future(Words(asked))
            : asked == today ? new PastMoment(PoolHours.Of(now).AddHours(1), IsNow: true, "now")
            : At(PoolHours.Of(zone.End(asked)), zone);

        int Number(string group) => int.Parse(typed.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    private static Verdict<PastMoment> OfHour(string typed, DateTimeOffset now, DayZone zone)
    {
        if (!HasOffset().IsMatch(typed))
        {
            return Refused(DateTime.TryParse(typed, CultureInfo.InvariantCulture, out _)
                ? $"“{typed}” does not say in which time zone: when clocks change, such an hour comes twice or not at all. {How}"
                : $"“{typed}” is no day and no instant. {How}");
        }

        if (!DateTimeOffset.TryParse(typed, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
        {
            return Refused($"“{typed}” is no instant. {How}");
        }

        if (instant > now)
        {
            return Future(instant.UtcDateTime.ToString("d MMM yyyy HH:mm 'UTC'", CultureInfo.InvariantCulture));
        }

        var hour = PoolHours.Of(instant);
        return hour == instant
            ? At(hour.ToUniversalTime(), zone)
            : Refused($"Figures are kept by the full hour: ask for {Hour(hour)} or {Hour(hour.AddHours(1))}.");
    }

    private static PastMoment At(DateTimeOffset before, DayZone zone) => new(
        before, IsNow: false, zone.IsMidnight(before) ? $"{Words(zone.LastDay(before))}, 24:00 {zone.Name}" : before.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture));

    private static Refusal Future(string when) => Refused($"{when} lies in the future: nothing is entered for it yet. What may come is told by the forecast of each license.");

    private static Refusal Refused(string detail) => Verdict.Refused(RefusalCode.InvalidInput, detail, Field);

    private static string Words(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Hour(DateTimeOffset hour) => hour.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Day();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}.*([Zz]|[+-]\d{2}:?\d{2})$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex HasOffset();

    [GeneratedRegex(@" (?<offset>\d{2}:?\d{2})$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex OffsetAfterSpace();
}
