using System.Globalization;
using System.Net;
using Purser.Server.Commands;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>What a person chooses for a webhook.</summary>
/// <param name="LeastLevel">This level and the more severe ones.</param>
/// <param name="VirtualAccountId">Null: all alerts of the Smart Account.</param>
/// <param name="QuietFrom">"22:00"; empty with an empty <paramref name="QuietTo"/>: no quiet hours.</param>
/// <param name="Zone">An IANA time zone such as "Europe/Berlin", for the quiet hours.</param>
/// <param name="MajorAlways">Major alerts do not wait for the end of the quiet hours.</param>
public sealed record WebhookChoice(
    string Name, string Url, AlertLevel LeastLevel = AlertLevel.Minor, long? VirtualAccountId = null, int GroupMinutes = 0, string QuietFrom = "", string QuietTo = "",
    string Zone = "UTC", bool MajorAlways = true, bool IsPaused = false);

/// <summary>Pure decisions about webhooks.</summary>
public static class WebhookRules
{
    public const int LongestName = 100;
    public const int LongestUrl = 1000;
    public const int MostOfAccount = 20;
    public const int LongestGroup = 1440;

    public static Refusal? Judge(WebhookChoice choice, bool allowsPrivate) =>
        string.IsNullOrWhiteSpace(choice.Name) || choice.Name.Trim().Length > LongestName ? Wrong(nameof(choice.Name), $"Give it a name of at most {LongestName} characters.")
        : JudgeUrl(choice.Url ?? "", allowsPrivate) is { } url ? Wrong(nameof(choice.Url), url)
        : !Enum.IsDefined(choice.LeastLevel) ? Wrong(nameof(choice.LeastLevel), "Choose a severity.")
        : choice.GroupMinutes is < 0 or > LongestGroup ? Wrong(nameof(choice.GroupMinutes), "Give 0 to 1440 minutes; 0 sends every change at once.")
        : JudgeQuiet(choice);

    /// <summary>Minutes of the day; null where it is no time.</summary>
    public static int? Minutes(string? time) =>
        TimeOnly.TryParseExact(time?.Trim(), ["HH:mm", "H:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? (parsed.Hour * 60) + parsed.Minute : null;

    public static string Time(int? minutes) => minutes is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 60:00}:{known % 60:00}") : "";

    /// <summary>Only the address as it is written; where its name leads is judged whenever something is sent.</summary>
    private static string? JudgeUrl(string text, bool allowsPrivate) =>
        text.Length > LongestUrl || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || url.Host.Length == 0
            ? $"Give an address that begins with https://, of at most {LongestUrl} characters. Messages hold what only you should read."
        : url.UserInfo.Length > 0 ? "Leave out the user name and password: the message is signed, check its signature instead."
        : url.Fragment.Length > 0 ? "Leave out what stands after #: it is never sent."
        : !allowsPrivate && (IPAddress.TryParse(url.DnsSafeHost, out var address) ? TargetAddress.IsPrivate(address) : IsLocalName(url.Host))
            ? "This address lies inside the operator's network. Give a public one, or ask the operator to allow such targets (Webhooks:PrivateTargets)."
        : null;

    private static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private static Refusal? JudgeQuiet(WebhookChoice choice)
    {
        if (string.IsNullOrEmpty(choice.QuietFrom) && string.IsNullOrEmpty(choice.QuietTo))
        {
            return null;
        }

        var (from, to) = (Minutes(choice.QuietFrom), Minutes(choice.QuietTo));
        return from is null ? Wrong(nameof(choice.QuietFrom), "Give a time such as 22:00, or leave both times empty.")
            : to is null ? Wrong(nameof(choice.QuietTo), "Give a time such as 06:00, or leave both times empty.")
            : from == to ? Wrong(nameof(choice.QuietTo), "The quiet hours must end at another time than they begin; to send nothing at all, pause the webhook.")
            : !TimeZoneInfo.TryFindSystemTimeZoneById(choice.Zone ?? "", out _) ? Wrong(nameof(choice.Zone), "There is no such time zone. Give a name such as Europe/Berlin.")
            : null;
    }

    private static Refusal Wrong(string field, string text) => Verdict.Refused(RefusalCode.InvalidInput, text, field);
}
