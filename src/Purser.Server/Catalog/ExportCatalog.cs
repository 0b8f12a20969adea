using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Catalog;

/// <summary>The lists of the catalog as CSV files, in the very columns that the import reads: what went out comes in again.</summary>
internal static class ExportCatalog
{
    private static readonly IReadOnlyList<CsvColumn<ProductView>> ProductColumns =
    [
        new("Name", row => row.Name), new("Tag", row => row.Tag), new("Description", row => row.Description), new("Family", row => row.Family),
        new("Licenses", row => string.Join("; ", row.Licenses)), new("Includes", row => InclusionWords.Of(row.Includes)), new("Pids", row => row.Pids),
    ];

    private static readonly IReadOnlyList<CsvColumn<EntitlementView>> EntitlementColumns =
    [
        new("Name", row => row.Name), new("Tag", row => row.Tag), new("Description", row => row.Description), new("Version", row => row.Version),
        new("Enforcement", row => row.Enforcement.ToString()), new("Tier group", row => row.TierGroup), new("Tier rank", row => row.TierRank),
        new("Reporting only", row => row.IsReportingOnly),
    ];

    private static readonly IReadOnlyList<CsvColumn<(SkuView Sku, SkuLineView Line)>> SkuColumns =
    [
        new("SKU", row => row.Sku.Code), new("License", row => row.Line.License), new("Description", row => row.Sku.Description),
        new("Product family", row => row.Sku.ProductFamily), new("Smart Account mandatory", row => row.Sku.SmartAccountMandatory),
        new("Quantity", row => row.Line.Quantity), new("Type", row => row.Line.LicenseType.ToString()), new("Term months", row => row.Line.TermMonths),
        new("Billing", row => row.Line.Billing.ToString()), new("Replaces", row => SkuWords.Replaced(row.Line)),
    ];

    /// <summary>What the buttons of the pages lead to.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/operator/catalog/products.csv", ProductsAsync).Requires(Permission.CatalogView);
        routes.MapGet("/operator/catalog/licenses.csv", EntitlementsAsync).Requires(Permission.CatalogView);
        routes.MapGet("/operator/catalog/skus.csv", SkusAsync).Requires(Permission.CatalogView);
    }

    public static async Task<IResult> ProductsAsync(string? q, BrowseCatalog browse, CancellationToken cancellation) =>
        new CsvResult<ProductView>("products.csv", ProductColumns, (await browse.AllProductsAsync(q, cancellation)).ToAsyncEnumerable());

    public static async Task<IResult> EntitlementsAsync(string? q, BrowseCatalog browse, CancellationToken cancellation) =>
        new CsvResult<EntitlementView>("licenses.csv", EntitlementColumns, (await browse.AllEntitlementsAsync(q, cancellation)).ToAsyncEnumerable());

    /// <summary>One line for each license of a SKU.</summary>
    public static async Task<IResult> SkusAsync(string? q, BrowseCatalog browse, CancellationToken cancellation) =>
        new CsvResult<(SkuView, SkuLineView)>(
            "skus.csv", SkuColumns, (await browse.AllSkusAsync(q, cancellation)).SelectMany(sku => sku.Lines.Select(line => (sku, line))).ToAsyncEnumerable());
}
