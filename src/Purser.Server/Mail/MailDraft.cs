using System.Net;
using System.Text;

namespace Purser.Server.Mail;

/// <summary>A mail as a feature writes it: paragraphs, facts and links, from which the readable text and the HTML are both made.</summary>
public sealed class MailDraft(string recipient, string subject)
{
    private const int LongestSubject = 200;

    private readonly StringBuilder text = new();
    private readonly StringBuilder html = new();

    public string Recipient { get; } = recipient;

    /// <summary>One line whatever was typed into the names in it: a line break would begin another header.</summary>
    public string Subject { get; } = OneLine(subject);

    public string Text => text.ToString();

    public string Html => $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Encode(Subject)}</title></head><body>\n{html}</body></html>\n";

    public MailDraft Say(string paragraph)
    {
        text.Append(Printable(paragraph)).Append("\n\n");
        html.Append("<p>").Append(Encode(Printable(paragraph)).Replace("\n", "<br>", StringComparison.Ordinal)).Append("</p>\n");
        return this;
    }

    /// <summary>Somebody's own words, marked as such.</summary>
    public MailDraft Quote(string words)
    {
        foreach (var line in Printable(words).Split('\n'))
        {
            text.Append("> ").Append(line).Append('\n');
        }

        text.Append('\n');
        html.Append("<blockquote>").Append(Encode(Printable(words)).Replace("\n", "<br>", StringComparison.Ordinal)).Append("</blockquote>\n");
        return this;
    }

    public MailDraft Facts(params (string Name, string Value)[] facts)
    {
        html.Append("<table>\n");
        foreach (var (name, value) in facts.Where(fact => fact.Value.Length > 0))
        {
            text.Append(name).Append(": ").Append(OneLine(value)).Append('\n');
            html.Append("<tr><th align=\"left\">").Append(Encode(name)).Append("</th><td>").Append(Encode(OneLine(value))).Append("</td></tr>\n");
        }

        text.Append('\n');
        html.Append("</table>\n");
        return this;
    }

    public MailDraft Link(string label, string url)
    {
        text.Append(label).Append(":\n").Append(url).Append("\n\n");
        html.Append("<p><a href=\"").Append(Encode(url)).Append("\">").Append(Encode(label)).Append("</a><br><small>").Append(Encode(url)).Append("</small></p>\n");
        return this;
    }

    private static string Encode(string words) => WebUtility.HtmlEncode(words);

    private static string OneLine(string words)
    {
        var line = string.Concat(words.Select(c => IsBreak(c) ? ' ' : c)).Trim();
        return line.Length <= LongestSubject ? line : line[..LongestSubject];
    }

    private static string Printable(string words) => string.Concat(words.ReplaceLineEndings("\n").Where(c => c == '\n' || !char.IsControl(c)));

    private static bool IsBreak(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';
}
