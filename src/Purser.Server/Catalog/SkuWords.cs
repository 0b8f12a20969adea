using System.Globalization;
using System.Text.RegularExpressions;
using Purser.Server.Licenses;

namespace Purser.Server.Catalog;

internal static partial class SkuWords
{
    /// <summary>"2 × Network Advantage, Term 12 months".</summary>
    public static string Of(SkuLineView line) =>
        $"{(line.Billing == Billing.Usage ? "" : $"{line.Quantity} × ")}{line.License}, {(line.Billing == Billing.Usage ? "by usage, " : "")}{Length(line)}{(line.Replaces.Count == 0 ? "" : $", upgrade: replaces {Replaced(line)}")}";

    /// <summary>"Network Essentials; 2 x Routing Essentials": what an upgrade can replace, as forms and files write it.</summary>
    public static string Replaced(SkuLineView line) =>
        string.Join("; ", line.Replaces.Select(replaced => replaced.Ratio == 1 ? replaced.License : string.Create(CultureInfo.InvariantCulture, $"{replaced.Ratio} x {replaced.License}")));

    public static IReadOnlyList<ReplacedDraft>? ParseReplaced(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : [.. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(ParseOne)];

    private static ReplacedDraft ParseOne(string text) =>
        WithRatio.Match(text) is { Success: true } parts && long.TryParse(parts.Groups["ratio"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var ratio)
            ? new ReplacedDraft(parts.Groups["license"].Value, ratio)
            : new ReplacedDraft(text);

    private static string Length(SkuLineView line) => line.LicenseType == LicenseType.Term
        ? $"{LicenseNames.Of(line.LicenseType)} {line.TermMonths} {(line.TermMonths == 1 ? "month" : "months")}"
        : LicenseNames.Of(line.LicenseType);

    [GeneratedRegex(@"\A(?<ratio>[0-9]{1,9}) ?[x×] ?(?<license>.+)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WithRatio { get; }
}
