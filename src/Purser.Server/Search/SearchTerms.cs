namespace Purser.Server.Search;

/// <summary>
/// What somebody typed, as words that must all occur. Whatever else they mean to an engine, their characters stand for themselves.
/// </summary>
internal sealed class SearchTerms
{
    /// <summary>Below it the engines' indices of three characters have nothing to go by.</summary>
    public const int Least = 3;
    private const int Longest = 100;
    private const int MostWords = 8;

    private SearchTerms(IReadOnlyList<string> words) => Words = words;

    /// <summary>Upper-cased, as the texts are.</summary>
    public IReadOnlyList<string> Words { get; }

    public bool IsEmpty => Words.Count == 0;

    /// <summary>Whether the index of three characters can be asked.</summary>
    public bool HasLong => Words.Any(IsLong);

    /// <summary>What the text of a good answer begins with.</summary>
    public string Head => string.Join(' ', Words);

    public static SearchTerms Of(string? typed)
    {
        var text = (typed ?? "").Replace('\0', ' ').ToUpperInvariant();
        return new SearchTerms([.. text[..Math.Min(text.Length, Longest)].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct().Take(MostWords)]);
    }

    /// <summary>For FTS5: quoted strings are literal, a quote in them is doubled.</summary>
    public string ForFullText(string? scopes)
    {
        var text = $"text : ({string.Join(" AND ", Words.Where(IsLong).Select(Quoted))})";
        return scopes is null ? text : $"scope : ({scopes}) AND {text}";
    }

    public IEnumerable<string> Short => Words.Where(word => !IsLong(word));

    /// <summary>For LIKE with the escape character "\".</summary>
    public static string Pattern(string word) => "%" + word
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal) + "%";

    public static string Quoted(string word) => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Characters as the engines count them, not halves of surrogate pairs.</summary>
    private static bool IsLong(string word) => word.EnumerateRunes().Count() >= Least;
}
