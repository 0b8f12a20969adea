namespace Purser.Server.Preferences;

/// <summary>
/// When the daily summary is due: 12:01 a.m. US Eastern, local time (domain rules 12.8), whatever the clocks do that night.
/// </summary>
public static class DailySummaryTime
{
    public static DateTimeOffset NextAfter(DateTimeOffset now, TimeZoneInfo zone, TimeOnly at)
    {
        for (var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime); ; day = day.AddDays(1))
        {
            var instant = InstantOf(day.ToDateTime(at), zone);
            if (instant > now)
            {
                return instant;
            }
        }
    }

    /// <summary>Where the clocks jump over it, the first minute that exists; where they show it twice, the first time.</summary>
    private static DateTimeOffset InstantOf(DateTime wall, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(wall))
        {
            wall = wall.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset).ToUniversalTime();
    }
}
