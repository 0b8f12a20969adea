using System.Text.RegularExpressions;
using Purser.Server.Licenses;

namespace Purser.Server.Catalog;

/// <summary>What the parts of a catalog must look like.</summary>
internal static partial class CatalogRules
{
    public const int LongestName = 200;
    public const int LongestText = 2000;
    public const long LargestQuantity = 1_000_000;
    public const int LongestTermMonths = 600;
    public const long LargestRatio = 1000;
    public const int HighestTierRank = 1000;

    public static string? OfName(string name) =>
        string.IsNullOrWhiteSpace(name) ? "A name is needed."
        : name.Length > LongestName ? $"The name is longer than {LongestName} characters."
        : HasControl(name) ? "The name contains control characters."
        : name.Trim().Length != name.Length ? "The name begins or ends with a blank."
        : null;

    public static string? OfText(string? text) =>
        text?.Length > LongestText ? $"The text is longer than {LongestText} characters."
        : text is not null && HasControl(text) ? "The text contains control characters."
        : null;

    public static string? OfCode(string code) =>
        CodeForm.IsMatch(code) ? null : "A SKU has 1 to 100 letters, digits and . _ = + / -, and begins with a letter or digit.";

    public static string? OfTier(string? group, int rank) =>
        group?.Length > LongestName ? $"The tier group is longer than {LongestName} characters."
        : rank is < 0 or > HighestTierRank ? $"The tier rank must be between 0 and {HighestTierRank}."
        : string.IsNullOrEmpty(group) && rank != 0 ? "A tier rank needs a tier group."
        : null;

    public static string? OfSkuLine(SkuLineDraft line) => line switch
    {
        { Quantity: < 1 or > LargestQuantity } => $"The quantity must be between 1 and {LargestQuantity}, it is {line.Quantity}.",
        { LicenseType: LicenseType.Term, TermMonths: < 1 or > LongestTermMonths } =>
            $"A term must be between 1 and {LongestTermMonths} months long, it is {line.TermMonths}.",
        { LicenseType: not LicenseType.Term, TermMonths: not 0 } => $"A {line.LicenseType} license has no term in months.",
        { Billing: Billing.Usage, LicenseType: LicenseType.Demo } or { Billing: Billing.Usage, Replaces.Count: > 0 } or { Billing: Billing.Usage, Quantity: not 1 } =>
            "A license billed by usage has no quantity (leave it 1), and is neither a demo nor an upgrade.",
        { LicenseType: LicenseType.Demo, Replaces.Count: > 0 } => "A demo license cannot be an upgrade.",
        _ when line.Replaces?.FirstOrDefault(replaced => replaced.Ratio is < 1 or > LargestRatio) is { } wrong =>
            $"One license can replace 1 to {LargestRatio} of '{wrong.Entitlement}', not {wrong.Ratio}.",
        _ => null,
    };

    /// <summary>A name as it may stand in a tag: letters, digits, "_" and "-" (device reference 1.1).</summary>
    public static string TagName(string name)
    {
        var text = NotInTags.Replace(name, "_").Trim('_');
        return text.Length == 0 ? "LICENSE" : text.Length > 80 ? text[..80] : text;
    }

    private static bool HasControl(string text) => text.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'));

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._=+/-]{0,99}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeForm { get; }

    [GeneratedRegex("[^A-Za-z0-9_-]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotInTags { get; }
}
