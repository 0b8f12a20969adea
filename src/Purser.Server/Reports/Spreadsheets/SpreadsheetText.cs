using System.Globalization;
using System.Text;
using System.Xml;

namespace Purser.Server.Reports;

/// <summary>Cells as a workbook writes them (ISO/IEC 29500-1, 18.3.1). Pure: text in, text out.</summary>
internal static class SpreadsheetText
{
    /// <summary>The most that a cell holds.</summary>
    public const int LongestText = 32_767;

    // Indices of the cell formats in the workbook's style sheet.
    public const int Plain = 0;
    public const int Heading = 1;
    public const int Date = 2;
    public const int Instant = 3;

    /// <summary>With the apostrophe that keeps a text a text when somebody edits the cell.</summary>
    public const int Quoted = 4;

    // Day 1 is 1900-01-01; counted from here because the format takes 1900 for a leap year.
    private static readonly DateTime DayZero = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Utc);

    public static void AppendCell(StringBuilder row, object? value)
    {
        switch (value)
        {
            case null or "":
                row.Append("<c/>");
                break;
            case long number:
                row.Append(CultureInfo.InvariantCulture, $"<c><v>{number}</v></c>");
                break;
            case DateOnly day:
                row.Append(CultureInfo.InvariantCulture, $"<c s=\"{Date}\"><v>{Serial(day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc))}</v></c>");
                break;
            case DateTimeOffset instant:
                row.Append(CultureInfo.InvariantCulture, $"<c s=\"{Instant}\"><v>{Serial(instant.UtcDateTime)}</v></c>");
                break;
            default:
                var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
                AppendText(row, text, IsLikeAFormula(text) ? Quoted : Plain);
                break;
        }
    }

    /// <summary>A text never becomes a formula: it is written as a text, whatever it begins with.</summary>
    public static void AppendText(StringBuilder row, string text, int style)
    {
        row.Append(CultureInfo.InvariantCulture, $"<c t=\"inlineStr\" s=\"{style}\"><is><t xml:space=\"preserve\">");
        AppendEscaped(row, text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText - 1), "…"));
        row.Append("</t></is></c>");
    }

    /// <summary>Escapes what is markup; what XML cannot carry at all becomes the sign for an unknown character.</summary>
    public static void AppendEscaped(StringBuilder text, string plain)
    {
        for (var index = 0; index < plain.Length; index++)
        {
            var character = plain[index];
            _ = character switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '"' => text.Append("&quot;"),

                // A reader of XML turns a bare one into a line feed.
                '\r' => text.Append("&#13;"),
                _ when XmlConvert.IsXmlChar(character) => text.Append(character),
                _ when char.IsHighSurrogate(character) && index + 1 < plain.Length && char.IsLowSurrogate(plain[index + 1]) => text.Append(character).Append(plain[++index]),
                _ => text.Append('\uFFFD'),
            };
        }
    }

    public static bool IsLikeAFormula(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n';

    private static string Serial(DateTime instant) => (instant - DayZero).TotalDays.ToString("0.##########", CultureInfo.InvariantCulture);
}
