using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Purser.Protocol;

/// <summary>A software or entitlement tag: <c>regid.yyyy-mm.reversed.domain.NAME,version_uuid</c> (device reference 1.1).</summary>
public sealed partial record Tag(string Text, string Minted, string Domain, string Name, string Version, Guid Uuid)
{
    public const int MaximumLength = 255;

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Tag? tag)
    {
        tag = null;
        if (text is null || text.Length > MaximumLength)
        {
            return false;
        }

        var match = Grammar.Match(text);
        if (!match.Success)
        {
            return false;
        }

        tag = new Tag(
            text,
            match.Groups["minted"].Value,
            match.Groups["domain"].Value,
            match.Groups["name"].Value,
            match.Groups["version"].Value,
            Guid.ParseExact(match.Groups["uuid"].ValueSpan, "D"));
        return true;
    }

    /// <summary>A new entitlement tag of a vendor who owns <paramref name="domain"/> (<c>example.com</c>).</summary>
    public static Tag Mint(DateTimeOffset now, string domain, string name, Guid uuid)
    {
        var reversed = string.Join('.', domain.ToLowerInvariant().Split('.').Reverse());
        var text = string.Create(CultureInfo.InvariantCulture, $"regid.{now.UtcDateTime:yyyy-MM}.{reversed}.{name},1.0_{uuid:D}");
        return TryParse(text, out var tag) ? tag : throw new ArgumentException($"'{text}' is not a tag", nameof(name));
    }

    public override string ToString() => Text;

    // The domain takes what it can: "com.example.a.b,…" is product "b" of a.example.com. The time limit never strikes at 255 characters.
    [GeneratedRegex(
        @"\Aregid\.(?<minted>\d{4}-\d{2})\.(?<domain>[a-z0-9.-]+)\.(?<name>[^,\s\p{C}]+),(?<version>v?\d+(?:\.\d+)*)_(?<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Grammar { get; }
}
