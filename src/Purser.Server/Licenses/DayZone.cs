using Purser.Server.Settings;

namespace Purser.Server.Licenses;

/// <summary>
/// The time zone in which the days of terms are counted (<c>Licenses:DayZone</c>; domain rules 2.3): the one place that makes instants of days
/// and days of instants. Pure.
/// </summary>
public sealed class DayZone(TimeZoneInfo zone)
{
    public static readonly DayZone Utc = new(TimeZoneInfo.Utc);

    private static readonly DateTimeOffset LastInstant = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    public static DayZone Of(LicenseSettings settings) => new(TimeZoneInfo.FindSystemTimeZoneById(settings.DayZone));

    /// <summary>"UTC", "America/New_York".</summary>
    public string Name => zone.Id;

    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <summary>
    /// The first instant of a day: midnight. Where the clocks jump over midnight, the first time that exists; where they show it twice, the first of the two.
    /// </summary>
    public DateTimeOffset Begin(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        var begin = new DateTimeOffset(Math.Clamp(local.Ticks - offset.Ticks, DateTime.MinValue.Ticks, LastInstant.Ticks), TimeSpan.Zero);
        while (DayOf(begin) < day)
        {
            begin = begin.AddMinutes(1);
        }

        return begin;
    }

    /// <summary>A date-only end lasts through its day: the instant at which the next one begins (domain rules 2.3).</summary>
    public DateTimeOffset End(DateOnly day) => day == DateOnly.MaxValue ? LastInstant : Begin(day.AddDays(1));

    /// <summary>The day that an end instant closes: an end at midnight belongs to the day before.</summary>
    public DateOnly LastDay(DateTimeOffset end) => DayOf(end.AddSeconds(-1));

    /// <summary>Is the instant a midnight?</summary>
    public bool IsMidnight(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone).TimeOfDay == TimeSpan.Zero;
}
