using System.Globalization;

namespace Purser.Server.Catalog;

/// <summary>A line of a CSV file, read by column name; what cannot be read is noted with the line's number.</summary>
internal sealed class CsvLine(int number, List<string> columns, string[] fields, List<CatalogError> errors)
{
    public int Number => number;

    /// <summary>"Term months", "term_months" and "TermMonths" are one column.</summary>
    public static string Normal(string column) =>
        string.Concat(column.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    public string Text(string column) => TextOrNull(column) ?? "";

    public string? TextOrNull(string column)
    {
        var index = columns.IndexOf(column);
        return index >= 0 && index < fields.Length && fields[index].Length > 0 ? fields[index] : null;
    }

    public long? Integer(string column)
    {
        if (TextOrNull(column) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        errors.Add(new CatalogError(number, column, $"'{text}' is not a whole number."));
        return null;
    }

    public bool? YesNo(string column)
    {
        switch (TextOrNull(column)?.ToLowerInvariant())
        {
            case null: return null;
            case "yes" or "true" or "1" or "y": return true;
            case "no" or "false" or "0" or "n": return false;
            default:
                errors.Add(new CatalogError(number, column, $"'{TextOrNull(column)}' is neither yes nor no."));
                return null;
        }
    }

    public TEnum? OneOf<TEnum>(string column)
        where TEnum : struct, Enum
    {
        if (TextOrNull(column) is not { } text)
        {
            return null;
        }

        if (Array.Find(Enum.GetNames<TEnum>(), name => Normal(name) == Normal(text)) is { } known)
        {
            return Enum.Parse<TEnum>(known);
        }

        errors.Add(new CatalogError(number, column, $"'{text}' is not one of {string.Join(", ", Enum.GetNames<TEnum>())}."));
        return null;
    }
}
