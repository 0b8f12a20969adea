namespace Purser.Server.Alerts.Webhooks;

/// <summary>Hours of the day in which nothing is sent, by the wall clock of a place; they may go over midnight.</summary>
public readonly record struct QuietHours(TimeOnly From, TimeOnly To, TimeZoneInfo Zone)
{
    /// <summary>The end of the quiet hours that hold this instant; the instant itself where it is not quiet.</summary>
    public DateTimeOffset EndAfter(DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, Zone);
        var time = TimeOnly.FromDateTime(local.DateTime);
        if (!time.IsBetween(From, To))
        {
            return instant;
        }

        var day = DateOnly.FromDateTime(local.DateTime);
        var end = (time < To ? day : day.AddDays(1)).ToDateTime(To);

        // An hour that the clocks skip ends when they have skipped it.
        while (Zone.IsInvalidTime(end))
        {
            end = end.AddMinutes(1);
        }

        return new DateTimeOffset(end, Zone.GetUtcOffset(end));
    }
}

/// <summary>When a change of an alert may go out.</summary>
public static class DeliveryPlan
{
    public const int MostInOne = 200;

    public static bool Wants(Webhook webhook, AlertLevel level, long? virtualAccountId) =>
        !webhook.IsPaused && level <= webhook.LeastLevel && (webhook.VirtualAccountId is null || webhook.VirtualAccountId == virtualAccountId);

    public static DateTimeOffset NotBefore(Webhook webhook, AlertLevel level, DateTimeOffset now)
    {
        var grouped = now.AddMinutes(webhook.GroupMinutes);
        return webhook is { QuietFrom: { } from, QuietTo: { } to } && !(level == AlertLevel.Major && webhook.MajorAlways)
            ? new QuietHours(Time(from), Time(to), TimeZoneInfo.FindSystemTimeZoneById(webhook.Zone)).EndAfter(grouped)
            : grouped;
    }

    private static TimeOnly Time(int minutes) => new(minutes / 60, minutes % 60);
}
