using System.Globalization;
using System.Text;
using Purser.Server.Alerts.Webhooks;

namespace Purser.Server.Alerts.Syslog;

/// <summary>A change of an alert as a syslog message (RFC 5424).</summary>
public static class SyslogFormat
{
    // The example number of RFC 5612: this program has none of its own.
    private const string Element = "alert@32473";
    private const int LongestName = 255;

    public static string Of(Alert alert, AlertChangeKind change, string account, string source, DateTimeOffset at, string host, int facility)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<{(facility * 8) + SeverityOf(alert.Level, change)}>1 {at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {Printable(host)} Purser - {change} [{Element}");
        foreach (var (name, value) in new[]
        {
            ("account", account), ("source", source), ("id", alert.Id.ToString(CultureInfo.InvariantCulture)), ("kind", alert.Kind.ToString()), ("level", alert.Level.ToString()),
        })
        {
            text.Append(CultureInfo.InvariantCulture, $" {name}=\"{Escaped(value)}\"");
        }

        // The mark says that the text is UTF-8 (RFC 5424 6.4).
        return text.Append("] \uFEFF").Append(AlertCatalogue.Of(alert.Kind).Title).Append(": ").Append(OneLine(alert.Message)).ToString();
    }

    /// <summary>Octet counting, so that a text may hold anything (RFC 5425 4.3, RFC 6587 3.4.1).</summary>
    public static byte[] Frame(string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        return [.. Encoding.ASCII.GetBytes(bytes.Length.ToString(CultureInfo.InvariantCulture) + " "), .. bytes];
    }

    /// <summary>RFC 5424 6.2.1: critical, warning, informational; what ended is a notice.</summary>
    private static int SeverityOf(AlertLevel level, AlertChangeKind change) => change == AlertChangeKind.Closed ? 5 : level switch
    {
        AlertLevel.Major => 2,
        AlertLevel.Minor => 4,
        _ => 6,
    };

    private static string Escaped(string value) => OneLine(value)
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    private static string OneLine(string text) => new([.. text.Select(letter => char.IsControl(letter) ? ' ' : letter)]);

    private static string Printable(string host)
    {
        var known = new string([.. host.Where(letter => letter is > ' ' and <= '~').Take(LongestName)]);
        return known.Length > 0 ? known : "-";
    }
}
