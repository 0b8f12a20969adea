using Purser.Server.Http;
using Purser.Server.Licenses;

namespace Purser.Server.Catalog;

public sealed record ProductView(long Id, string Name, string Tag, string Description, string Family, IReadOnlyList<string> Licenses)
{
    /// <summary>What every device of the product may add to the inventory.</summary>
    public IReadOnlyList<IncludedDraft> Includes { get; init; } = [];

    /// <summary>Product ids of its hardware, blanks between.</summary>
    public string Pids { get; init; } = "";
}

public sealed record EntitlementView(
    long Id, string Name, string Tag, string Description, string Version, Enforcement Enforcement, string? TierGroup, int TierRank)
{
    /// <summary>Zero-priced and bundled with the hardware.</summary>
    public bool IsReportingOnly { get; init; }
}

public sealed record SkuView(
    long Id, string Code, string Description, string ProductFamily, bool SmartAccountMandatory, IReadOnlyList<SkuLineView> Lines);

public sealed record SkuLineView(long EntitlementId, string License, long Quantity, LicenseType LicenseType, int TermMonths)
{
    public Billing Billing { get; init; }

    /// <summary>An upgrade: what it can replace.</summary>
    public IReadOnlyList<ReplacedView> Replaces { get; init; } = [];
}

/// <param name="Ratio">Units that one upgraded unit replaces.</param>
public sealed record ReplacedView(long EntitlementId, string License, long Ratio);

/// <summary>The lists of the catalog: searched by any part of name, tag or description, in the order of names.</summary>
public sealed class BrowseCatalog(CatalogCache cache)
{
    public async Task<Page<ProductView>> ProductsAsync(string? search, PageRequest page, CancellationToken cancellation = default)
    {
        var catalog = await cache.CurrentAsync(cancellation);
        return FindProducts(catalog, search).ToPage(row => row.Name, page).Map(row => ViewOf(catalog, row));
    }

    public async Task<Page<EntitlementView>> EntitlementsAsync(string? search, PageRequest page, CancellationToken cancellation = default)
    {
        var catalog = await cache.CurrentAsync(cancellation);
        return FindEntitlements(catalog, search).ToPage(row => row.Name, page).Map(ViewOf);
    }

    public async Task<Page<SkuView>> SkusAsync(string? search, PageRequest page, CancellationToken cancellation = default)
    {
        var catalog = await cache.CurrentAsync(cancellation);
        return FindSkus(catalog, search).ToPage(row => row.Code, page).Map(row => ViewOf(catalog, row));
    }

    /// <summary>The whole list, for export.</summary>
    public async Task<IReadOnlyList<ProductView>> AllProductsAsync(string? search, CancellationToken cancellation = default)
    {
        var catalog = await cache.CurrentAsync(cancellation);
        return [.. FindProducts(catalog, search).OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase).Select(row => ViewOf(catalog, row))];
    }

    public async Task<IReadOnlyList<EntitlementView>> AllEntitlementsAsync(string? search, CancellationToken cancellation = default)
    {
        var catalog = await cache.CurrentAsync(cancellation);
        return [.. FindEntitlements(catalog, search).OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase).Select(ViewOf)];
    }

    public async Task<IReadOnlyList<SkuView>> AllSkusAsync(string? search, CancellationToken cancellation = default)
    {
        var catalog = await cache.CurrentAsync(cancellation);
        return [.. FindSkus(catalog, search).OrderBy(row => row.Code, StringComparer.OrdinalIgnoreCase).Select(row => ViewOf(catalog, row))];
    }

    public async Task<ProductView?> ProductAsync(long id, CancellationToken cancellation = default)
    {
        var catalog = await cache.CurrentAsync(cancellation);
        return catalog.FindProduct(id) is { } row ? ViewOf(catalog, row) : null;
    }

    public async Task<EntitlementView?> EntitlementAsync(long id, CancellationToken cancellation = default) =>
        (await cache.CurrentAsync(cancellation)).FindEntitlement(id) is { } row ? ViewOf(row) : null;

    public async Task<SkuView?> SkuAsync(long id, CancellationToken cancellation = default)
    {
        var catalog = await cache.CurrentAsync(cancellation);
        return catalog.FindSku(id) is { } row ? ViewOf(catalog, row) : null;
    }

    private static IEnumerable<Product> FindProducts(CatalogSnapshot catalog, string? search) =>
        catalog.Products.Where(row => Matches(search, row.Name, row.Tag, row.Description, row.Family));

    private static IEnumerable<Entitlement> FindEntitlements(CatalogSnapshot catalog, string? search) =>
        catalog.Entitlements.Where(row => Matches(search, row.Name, row.Tag, row.Description));

    private static IEnumerable<Sku> FindSkus(CatalogSnapshot catalog, string? search) =>
        catalog.Skus.Where(row => Matches(search, row.Code, row.Description, row.ProductFamily));

    private static ProductView ViewOf(CatalogSnapshot catalog, Product row) => new(
        row.Id, row.Name, row.Tag, row.Description, row.Family,
        catalog.EntitlementsOf(row.Id).Select(id => catalog.FindEntitlement(id)!.Name).Order(StringComparer.OrdinalIgnoreCase).ToList())
    {
        Pids = row.Pids,
        Includes = [.. catalog.InclusionsOf(row.Id).Select(one => new IncludedDraft(catalog.FindEntitlement(one.EntitlementId)!.Name, one.Quantity))],
    };

    private static EntitlementView ViewOf(Entitlement row) =>
        new(row.Id, row.Name, row.Tag, row.Description, row.Version, row.Enforcement, row.TierGroup, row.TierRank) { IsReportingOnly = row.IsReportingOnly };

    private static SkuView ViewOf(CatalogSnapshot catalog, Sku row) => new(
        row.Id, row.Code, row.Description, row.ProductFamily, row.SmartAccountMandatory,
        catalog.LinesOf(row.Id)
            .Select(line => new SkuLineView(
                line.EntitlementId, catalog.FindEntitlement(line.EntitlementId)!.Name, line.Quantity, line.LicenseType, line.TermMonths)
            {
                Billing = line.Billing,
                Replaces = [.. catalog.UpgradesOf(row.Id).Where(way => way.EntitlementId == line.EntitlementId)
                    .Select(way => new ReplacedView(way.ReplacesEntitlementId, catalog.FindEntitlement(way.ReplacesEntitlementId)!.Name, way.Ratio))],
            })
            .OrderBy(line => line.License, StringComparer.OrdinalIgnoreCase).ToList());

    private static bool Matches(string? search, params ReadOnlySpan<string> texts)
    {
        if (string.IsNullOrWhiteSpace(search))
        {
            return true;
        }

        foreach (var text in texts)
        {
            if (text.Contains(search.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
