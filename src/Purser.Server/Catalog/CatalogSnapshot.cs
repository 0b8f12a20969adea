using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Server.Store;

namespace Purser.Server.Catalog;

/// <summary>The whole catalog at one version, found by what the outside says: tag, uuid, name, code.</summary>
public sealed class CatalogSnapshot
{
    private readonly FrozenDictionary<long, Product> products;
    private readonly FrozenDictionary<string, Product> productsByUuid;
    private readonly FrozenDictionary<string, Product> productsByName;
    private readonly FrozenDictionary<long, Entitlement> entitlements;
    private readonly FrozenDictionary<string, Entitlement> entitlementsByUuid;
    private readonly FrozenDictionary<string, Entitlement> entitlementsByName;
    private readonly FrozenDictionary<long, Sku> skus;
    private readonly FrozenDictionary<string, Sku> skusByCode;
    private readonly ILookup<long, SkuEntitlement> skuLines;
    private readonly ILookup<long, SkuUpgrade> skuUpgrades;
    private readonly FrozenDictionary<long, long[]> tiers;
    private readonly ILookup<long, long> productEntitlements;
    private readonly ILookup<long, ProductInclusion> inclusions;

    private CatalogSnapshot(
        long version,
        List<Product> products,
        List<Entitlement> entitlements,
        List<Sku> skus,
        List<SkuEntitlement> skuLines,
        List<SkuUpgrade> skuUpgrades,
        List<ProductEntitlement> productEntitlements,
        List<ProductInclusion> inclusions)
    {
        Version = version;
        this.products = products.ToFrozenDictionary(row => row.Id);
        productsByUuid = products.ToFrozenDictionary(row => row.TagUuid);
        productsByName = ByText(products, row => row.Name);
        this.entitlements = entitlements.ToFrozenDictionary(row => row.Id);
        entitlementsByUuid = entitlements.ToFrozenDictionary(row => row.TagUuid);
        entitlementsByName = ByText(entitlements, row => row.Name);
        tiers = entitlements.Where(row => !string.IsNullOrEmpty(row.TierGroup)).GroupBy(row => row.TierGroup!, StringComparer.Ordinal)
            .SelectMany(group => group, (group, row) => (row.Id, Others: group.Where(other => other.Id != row.Id).Select(other => other.Id).ToArray()))
            .ToFrozenDictionary(row => row.Id, row => row.Others);
        this.skus = skus.ToFrozenDictionary(row => row.Id);
        skusByCode = ByText(skus, row => row.Code);
        this.skuLines = skuLines.ToLookup(row => row.SkuId);
        this.skuUpgrades = skuUpgrades.ToLookup(row => row.SkuId);
        this.productEntitlements = productEntitlements.ToLookup(row => row.ProductId, row => row.EntitlementId);
        this.inclusions = inclusions.ToLookup(row => row.ProductId);
    }

    public long Version { get; }

    public IEnumerable<Product> Products => products.Values;

    public IEnumerable<Entitlement> Entitlements => entitlements.Values;

    public IEnumerable<Sku> Skus => skus.Values;

    /// <summary>A product by its tag (the uuid decides, device reference 1.1), its bare uuid or its name.</summary>
    public Product? FindProduct(string tagOrName) => Find(tagOrName, productsByUuid, productsByName);

    /// <summary>The product of a device by the product id of its UDI: named exactly, otherwise by the longest beginning; null where none or several fit as well.</summary>
    public Product? FindProductOfPid(string pid)
    {
        var best = products.Values.Select(row => (Product: row, Length: ProductPids.Fit(row.Pids, pid))).Where(fit => fit.Length > 0).GroupBy(fit => fit.Length).MaxBy(group => group.Key);
        return best?.Count() == 1 ? best.First().Product : null;
    }

    public Product? FindProduct(long id) => products.GetValueOrDefault(id);

    /// <summary>A license by its tag, its bare uuid or its name.</summary>
    public Entitlement? FindEntitlement(string tagOrName) => Find(tagOrName, entitlementsByUuid, entitlementsByName);

    public Entitlement? FindEntitlement(long id) => entitlements.GetValueOrDefault(id);

    /// <summary>The other licenses of its tier group (LI-11).</summary>
    public IReadOnlyList<long> OtherTiersOf(long entitlementId) => tiers.GetValueOrDefault(entitlementId) ?? [];

    public Sku? FindSku(string code) => skusByCode.GetValueOrDefault(code);

    public Sku? FindSku(long id) => skus.GetValueOrDefault(id);

    /// <summary>The licenses that one unit of a SKU brings.</summary>
    public IEnumerable<SkuEntitlement> LinesOf(long skuId) => skuLines[skuId];

    /// <summary>What the licenses of an upgrade SKU can replace; none for an ordinary SKU.</summary>
    public IEnumerable<SkuUpgrade> UpgradesOf(long skuId) => skuUpgrades[skuId];

    /// <summary>The licenses listed for a product; none listed means that it can use any.</summary>
    public IEnumerable<long> EntitlementsOf(long productId) => productEntitlements[productId];

    /// <summary>What every device of a product may add to the inventory.</summary>
    public IEnumerable<ProductInclusion> InclusionsOf(long productId) => inclusions[productId];

    public bool MayUse(long productId, long entitlementId) =>
        !productEntitlements.Contains(productId) || productEntitlements[productId].Contains(entitlementId);

    public static async Task<CatalogSnapshot> LoadAsync(PurserContext db, CancellationToken cancellation = default)
    {
        // The version first: rows read after it are at least that new, so that a change in between is noticed at the next look.
        var version = await CatalogVersion.ReadAsync(db, cancellation);
        return new CatalogSnapshot(
            version,
            await db.Products.AsNoTracking().ToListAsync(cancellation),
            await db.Entitlements.AsNoTracking().ToListAsync(cancellation),
            await db.Skus.AsNoTracking().ToListAsync(cancellation),
            await db.SkuEntitlements.AsNoTracking().OrderBy(row => row.SkuId).ThenBy(row => row.EntitlementId).ToListAsync(cancellation),
            await db.SkuUpgrades.AsNoTracking().OrderBy(row => row.SkuId).ThenBy(row => row.EntitlementId).ThenBy(row => row.ReplacesEntitlementId).ToListAsync(cancellation),
            await db.ProductEntitlements.AsNoTracking().ToListAsync(cancellation),
            await db.ProductInclusions.AsNoTracking().OrderBy(row => row.ProductId).ThenBy(row => row.EntitlementId).ToListAsync(cancellation));
    }

    private static TRow? Find<TRow>(string text, FrozenDictionary<string, TRow> byUuid, FrozenDictionary<string, TRow> byName)
        where TRow : class
    {
        if (Tag.TryParse(text, out var tag))
        {
            return byUuid.GetValueOrDefault(tag.Uuid.ToString("D"));
        }

        return Guid.TryParseExact(text, "D", out var uuid) && byUuid.TryGetValue(uuid.ToString("D"), out var found)
            ? found
            : byName.GetValueOrDefault(text);
    }

    private static FrozenDictionary<string, TRow> ByText<TRow>(IEnumerable<TRow> rows, Func<TRow, string> text) =>
        rows.ToFrozenDictionary(text, StringComparer.OrdinalIgnoreCase);
}
