using Purser.Server.Licenses;

namespace Purser.Server.Catalog;

internal static class SkuWords
{
    /// <summary>"2 × Network Advantage, Term 12 months".</summary>
    public static string Of(SkuLineView line) => $"{line.Quantity} × {line.License}, {Length(line)}";

    private static string Length(SkuLineView line) => line.LicenseType == LicenseType.Term
        ? $"{LicenseNames.Of(line.LicenseType)} {line.TermMonths} {(line.TermMonths == 1 ? "month" : "months")}"
        : LicenseNames.Of(line.LicenseType);
}
