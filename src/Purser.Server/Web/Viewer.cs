using System.Globalization;
using Purser.Server.Store;

namespace Purser.Server.Web;

/// <summary>
/// The person's eyes: theme and time zone, from cookies that the page script keeps, and the instant this page is rendered for.
/// Without cookies: light, UTC.
/// </summary>
public sealed class Viewer
{
    public const string ThemeCookie = "purser-theme";
    public const string SchemeCookie = "purser-scheme";
    public const string ZoneCookie = "purser-zone";

    public Viewer(IHttpContextAccessor accessor, DomainClock clock)
    {
        var cookies = accessor.HttpContext?.Request.Cookies;
        ThemeChoice = cookies?[ThemeCookie] is "light" or "dark" ? cookies[ThemeCookie]! : "auto";
        Theme = (ThemeChoice == "auto" ? cookies?[SchemeCookie] : ThemeChoice) == "dark" ? "dark" : "light";
        Zone = cookies?[ZoneCookie] is { Length: < 64 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) ? found : TimeZoneInfo.Utc;
        Now = clock.Now;
    }

    public string ThemeChoice { get; }
    public string Theme { get; }
    public TimeZoneInfo Zone { get; }
    public DateTimeOffset Now { get; }

    public static string Date(DateOnly date) => date.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>"21 Nov 2026 14:03:05 UTC+01:00".</summary>
    public string Exact(DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, Zone);
        var offset = local.Offset == TimeSpan.Zero ? "UTC"
            : $"UTC{(local.Offset < TimeSpan.Zero ? '−' : '+')}{local.Offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture)}";
        return $"{local.ToString("d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} {offset}";
    }

    /// <summary>"21 Nov 2026 14:03", where the zone is clear from its surroundings.</summary>
    public string Minute(DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, Zone).ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture);

    /// <summary>"2 h ago", "in 3 d"; a date once it is a month away.</summary>
    public string Relative(DateTimeOffset instant)
    {
        var distance = (instant - Now).Duration();
        if (distance < TimeSpan.FromSeconds(45)) return Words.JustNow;
        var amount = distance switch
        {
            { TotalMinutes: < 59.5 } => $"{Math.Round(distance.TotalMinutes)} min",
            { TotalHours: < 23.5 } => $"{Math.Round(distance.TotalHours)} h",
            { TotalDays: < 30 } => $"{Math.Round(distance.TotalDays)} d",
            _ => null,
        };
        if (amount is null) return Date(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime));
        return string.Format(CultureInfo.InvariantCulture, instant < Now ? Words.TimeAgo : Words.TimeAhead, amount);
    }
}
