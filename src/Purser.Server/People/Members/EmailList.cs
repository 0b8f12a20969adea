namespace Purser.Server.People;

/// <summary>Addresses as people paste them: separated by commas, semicolons, blanks or line breaks.</summary>
public static class EmailList
{
    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r', '\n'];

    /// <summary>In the order given, each once whatever its case; "Mara Moss &lt;mara@example.com&gt;" gives the address.</summary>
    public static IReadOnlyList<string> Read(string? text) =>
        [.. (text ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(word => word.Trim('<', '>', '"')).Where(word => word.Contains('@', StringComparison.Ordinal) || !text!.Contains('<', StringComparison.Ordinal))
            .DistinctBy(word => word.ToUpperInvariant())];
}
