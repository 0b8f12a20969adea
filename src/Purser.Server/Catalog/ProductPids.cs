namespace Purser.Server.Catalog;

/// <summary>Which product ids (UDI) belong to a product: "C9300-24UX C9300-48*".</summary>
public static class ProductPids
{
    private const int Exactly = 1000;

    /// <summary>As they are kept: each once, a blank between.</summary>
    public static string Of(string typed) => string.Join(' ', typed.Split([' ', ',', ';', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase));

    /// <returns>How closely it fits: the characters that agree, more than any of these if it is named exactly; 0: not at all.</returns>
    public static int Fit(string pids, string pid) => pids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Max(one =>
        string.Equals(one, pid, StringComparison.OrdinalIgnoreCase) ? Exactly
        : one.EndsWith('*') && pid.StartsWith(one[..^1], StringComparison.OrdinalIgnoreCase) ? one.Length
        : (int?)0) ?? 0;
}
