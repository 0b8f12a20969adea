using Purser.Server.Licenses;

namespace Purser.Server.Catalog;

/// <summary>A wished state of parts of the catalog, wherever it came from: a form, the API, a CSV or JSON file, a list of tags, an estate file.</summary>
public sealed record CatalogDraft
{
    public IReadOnlyList<ProductDraft> Products { get; init; } = [];
    public IReadOnlyList<EntitlementDraft> Entitlements { get; init; } = [];
    public IReadOnlyList<SkuDraft> Skus { get; init; } = [];
}

/// <param name="Line">Line of the file, from 1; 0 where there is no file.</param>
/// <param name="Tag">Empty: found by name, or minted for a new one.</param>
/// <param name="Entitlements">Tags or names of the licenses the product can use; null leaves them as they are.</param>
public sealed record ProductDraft(string Name, string? Tag = null, string? Description = null, string? Family = null, IReadOnlyList<string>? Entitlements = null, int Line = 0)
{
    /// <summary>Licenses that every device of the product may add to the inventory, once; null leaves them as they are.</summary>
    public IReadOnlyList<IncludedDraft>? Includes { get; init; }

    /// <summary>Product ids of its hardware, separated by blanks or commas, "*" at an end for anything; null leaves them as they are.</summary>
    public string? Pids { get; init; }
}

/// <param name="Entitlement">Tag or name.</param>
public sealed record IncludedDraft(string Entitlement, long Quantity);

public sealed record EntitlementDraft(
    string Name,
    string? Tag = null,
    string? Description = null,
    string? Version = null,
    Enforcement? Enforcement = null,
    string? TierGroup = null,
    int? TierRank = null,
    int Line = 0)
{
    /// <summary>Zero-priced and bundled with the hardware; decided when the license is made.</summary>
    public bool? IsReportingOnly { get; init; }
}

/// <param name="Lines">The licenses that one unit brings; null leaves them as they are.</param>
public sealed record SkuDraft(
    string Code,
    string? Description = null,
    string? ProductFamily = null,
    bool? SmartAccountMandatory = null,
    IReadOnlyList<SkuLineDraft>? Lines = null,
    int Line = 0);

/// <param name="Entitlement">Tag or name.</param>
public sealed record SkuLineDraft(string Entitlement, long Quantity = 1, LicenseType LicenseType = LicenseType.Perpetual, int TermMonths = 0, int Line = 0)
{
    public Billing Billing { get; init; }

    /// <summary>Given: an upgrade, which can replace these licenses.</summary>
    public IReadOnlyList<ReplacedDraft>? Replaces { get; init; }
}

/// <param name="Entitlement">Tag or name.</param>
/// <param name="Ratio">Units that one upgraded unit replaces.</param>
public sealed record ReplacedDraft(string Entitlement, long Ratio = 1);

/// <summary>What is wrong with a line of a file (or a field of a form).</summary>
public sealed record CatalogError(int Line, string Field, string Message);

/// <summary>What a draft changed, or would change.</summary>
public sealed record CatalogReport(int Created, int Changed, int Unchanged)
{
    /// <summary>One line a change: "+ SKU NW-ADV-1Y", "~ product C9300: name".</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Any error means that nothing is changed.</summary>
    public IReadOnlyList<CatalogError> Errors { get; init; } = [];

    /// <summary>Ids of the rows the draft named, in its order.</summary>
    public IReadOnlyList<long> Ids { get; init; } = [];
}
