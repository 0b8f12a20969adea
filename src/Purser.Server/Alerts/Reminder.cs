using Purser.Server.Licenses;

namespace Purser.Server.Alerts;

/// <summary>Until when "Remind Later" hides an alert (domain rules 10.4).</summary>
public static class Reminder
{
    /// <summary>What has no further period is put off for the shortest of them.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromDays(1);

    /// <param name="due">Null: it is due now, and no period follows.</param>
    public static DateTimeOffset Until(RemindPlan plan, DateTimeOffset now, DateTimeOffset? due, ExpiryPeriods periods)
    {
        if (due is not { } end || end <= now)
        {
            return now + Shortest;
        }

        return plan == RemindPlan.HalfOfTheTimeLeft ? now + ((end - now) / 2) : periods.NextAfter(now, end);
    }
}
