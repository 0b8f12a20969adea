using System.Globalization;

namespace Purser.Server.Accounts;

/// <summary>The domain identifier of a Smart Account: lower case, ASCII, at least two labels.</summary>
public static class DomainNames
{
    private const int Longest = 253;

    private static readonly IdnMapping Mapping = new() { UseStd3AsciiRules = true };

    /// <summary>"Bücher.Example" → "xn--bcher-kva.example"; null where it is no domain name.</summary>
    public static string? Normalize(string? text)
    {
        try
        {
            var ascii = Mapping.GetAscii((text ?? "").Trim().TrimEnd('.')).ToLowerInvariant();
            return ascii.Length <= Longest && ascii.Contains('.') && ascii.Split('.').All(IsLabel) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLabel(string label) =>
        label is { Length: >= 1 and <= 63 } && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
