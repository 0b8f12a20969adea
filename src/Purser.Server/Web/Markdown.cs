using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Purser.Server.Web;

/// <summary>
/// The small part of Markdown that help texts use: headings, paragraphs, bulleted and numbered lists, **strong**, *emphasis*, `code`, links to
/// our own pages. Everything is encoded first, so no text can bring markup of its own.
/// </summary>
public static partial class Markdown
{
    static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static string ToHtml(string text)
    {
        var html = new StringBuilder();
        foreach (var block in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            foreach (var part in SplitHeadings(block)) Append(html, part);
        }
        return html.ToString();
    }

    // A heading may stand directly above its paragraph.
    static IEnumerable<string> SplitHeadings(string block)
    {
        var rest = block;
        while (rest.StartsWith('#') && rest.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end)
        {
            yield return rest[..end];
            rest = rest[(end + 1)..].Trim();
        }
        yield return rest;
    }

    static void Append(StringBuilder html, string block)
    {
        if (Heading().Match(block) is { Success: true } heading)
        {
            AppendElement(html, heading.Groups["marks"].Length switch { 1 => "h2", 2 => "h3", _ => "h4" }, heading.Groups["text"].Value); // the page has the only h1
        }
        else if (Bullet().IsMatch(block)) AppendList(html, "ul", Bullet().Split(block));
        else if (Numbered().IsMatch(block)) AppendList(html, "ol", Numbered().Split(block));
        else AppendElement(html, "p", block);
    }

    static void AppendList(StringBuilder html, string element, IEnumerable<string> items)
    {
        html.Append('<').Append(element).Append('>');
        foreach (var item in items.Select(item => item.Trim()).Where(item => item.Length > 0)) AppendElement(html, "li", item);
        html.Append("</").Append(element).Append('>');
    }

    static void AppendElement(StringBuilder html, string element, string text) =>
        html.Append('<').Append(element).Append('>').Append(Inline(text)).Append("</").Append(element).Append('>');

    static string Inline(string text)
    {
        var html = Encoder.Encode(text.Replace('\n', ' '));
        html = Code().Replace(html.Replace("&#x60;", "`", StringComparison.Ordinal), "<code>${text}</code>");
        html = Strong().Replace(html, "<strong>${text}</strong>");
        html = Emphasis().Replace(html, "<em>${text}</em>");
        return Link().Replace(html, "<a href=\"${address}\">${text}</a>");
    }

    [GeneratedRegex(@"^(?<marks>#{1,3}) (?<text>.+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^[-*] ", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Bullet();

    [GeneratedRegex(@"^\d+\. ", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"`(?<text>[^`]+)`", RegexOptions.NonBacktracking)]
    private static partial Regex Code();

    [GeneratedRegex(@"\*\*(?<text>.+?)\*\*", RegexOptions.NonBacktracking)]
    private static partial Regex Strong();

    [GeneratedRegex(@"\*(?<text>[^*]+)\*", RegexOptions.NonBacktracking)]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\((?<address>/([A-Za-z0-9_?#][A-Za-z0-9/_?=&;.#-]*)?)\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}
