using System.Globalization;
using System.Text;

namespace Purser.Agent.Show;

/// <summary>Lines of a show page. Every line ends with a line feed; blanks at line ends are kept where the published layout has them.</summary>
internal sealed class ShowText
{
    private readonly StringBuilder text = new();

    /// <summary><c>Mar 13 08:09:24 2024 UTC</c> (device reference 2.6).</summary>
    public static string Date(DateTimeOffset instant) => instant.UtcDateTime.ToString("MMM dd HH:mm:ss yyyy", CultureInfo.InvariantCulture) + " UTC";

    public static string Date(DateTimeOffset? instant, string none) => instant is { } known ? Date(known) : none;

    public static string Duration(TimeSpan span) =>
        string.Create(CultureInfo.InvariantCulture, $"{span.Days} days, {span.Hours} hours, {span.Minutes} minutes, {span.Seconds} seconds");

    /// <summary>Without the leading parts that are zero, as the list of jobs has it.</summary>
    public static string ShortDuration(TimeSpan span) => string.Join(", ", new[]
    {
        (span.Days, "days"), (span.Hours, "hours"), (span.Minutes, "minutes"), (span.Seconds, "seconds"),
    }.SkipWhile(static part => part is (0, not "seconds")).Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2}")));

    public ShowText Line(string line = "")
    {
        text.Append(line).Append('\n');
        return this;
    }

    public ShowText Title(string title, char rule = '=', int? length = null) => Line(title).Line(new string(rule, length ?? title.Length));

    public ShowText Append(Action<ShowText> section)
    {
        section(this);
        return this;
    }

    public override string ToString() => text.ToString();
}
