namespace Purser.Server.Reports;

/// <summary>How often a saved report is mailed to its owner.</summary>
public enum MailRhythm
{
    Never,
    Daily,

    /// <summary>On Mondays.</summary>
    Weekly,

    /// <summary>On the first of the month.</summary>
    Monthly,
}

/// <summary>When a report falls due. Pure; by UTC, so that no change of clocks drops or doubles a mail.</summary>
public static class MailRhythms
{
    public const int Hour = 6;

    public static string Words(this MailRhythm rhythm) => rhythm switch
    {
        MailRhythm.Never => "Never",
        MailRhythm.Daily => "Every day",
        MailRhythm.Weekly => "Every Monday",
        MailRhythm.Monthly => "On the first of every month",
        _ => throw new ArgumentOutOfRangeException(nameof(rhythm), rhythm, "No such rhythm"),
    };

    /// <summary>The next time after an instant; null for never. What was missed while the server was away is not made up for: one mail says how it is now.</summary>
    public static DateTimeOffset? After(this MailRhythm rhythm, DateTimeOffset instant)
    {
        if (rhythm == MailRhythm.Never)
        {
            return null;
        }

        var day = DateOnly.FromDateTime(instant.UtcDateTime);
        if (At(day) <= instant)
        {
            day = day.AddDays(1);
        }

        while (!IsDay(rhythm, day))
        {
            day = day.AddDays(1);
        }

        return At(day);
    }

    private static bool IsDay(MailRhythm rhythm, DateOnly day) =>
        rhythm == MailRhythm.Daily || (rhythm == MailRhythm.Weekly ? day.DayOfWeek == DayOfWeek.Monday : day.Day == 1);

    private static DateTimeOffset At(DateOnly day) => new(day.ToDateTime(new TimeOnly(Hour, 0)), TimeSpan.Zero);
}
