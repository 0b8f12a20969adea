using System.Globalization;

namespace Purser.Server.Catalog;

/// <summary>"Network Advantage=5; Strong Crypto=1": what devices may add to the inventory, as files and forms write it.</summary>
internal static class InclusionWords
{
    public static string Of(IEnumerable<IncludedDraft> included) =>
        string.Join("; ", included.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Entitlement}={one.Quantity}")));

    /// <summary>What is no number becomes 0, which the catalog refuses by name.</summary>
    public static IReadOnlyList<IncludedDraft> Read(string text) =>
        [.. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(ReadOne)];

    private static IncludedDraft ReadOne(string text)
    {
        var sign = text.LastIndexOf('=');
        return sign < 0
            ? new IncludedDraft(text, 1)
            : new IncludedDraft(text[..sign].Trim(), long.TryParse(text[(sign + 1)..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) ? quantity : 0);
    }
}
