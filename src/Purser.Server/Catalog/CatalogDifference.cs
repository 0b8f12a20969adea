namespace Purser.Server.Catalog;

/// <summary>Which fields of a catalog row a draft changes, by the names that people know.</summary>
internal static class CatalogDifference
{
    public static List<string> Of(Product? before, Product after) => before is null ? [] : Named(
        ("name", before.Name, after.Name), ("description", before.Description, after.Description), ("family", before.Family, after.Family), ("product ids", before.Pids, after.Pids));

    public static List<string> Of(Entitlement? before, Entitlement after) => before is null ? [] : Named(
        ("name", before.Name, after.Name),
        ("description", before.Description, after.Description),
        ("version", before.Version, after.Version),
        ("enforcement", before.Enforcement, after.Enforcement),
        ("tier group", before.TierGroup, after.TierGroup),
        ("tier rank", before.TierRank, after.TierRank));

    public static List<string> Of(Sku? before, Sku after) => before is null ? [] : Named(
        ("description", before.Description, after.Description),
        ("product family", before.ProductFamily, after.ProductFamily),
        ("Smart Account mandatory", before.SmartAccountMandatory, after.SmartAccountMandatory));

    public static bool Differs(SkuEntitlement before, SkuEntitlement after) =>
        (before.Quantity, before.LicenseType, before.TermMonths, before.Billing) != (after.Quantity, after.LicenseType, after.TermMonths, after.Billing);

    private static List<string> Named(params ReadOnlySpan<(string Name, object? Before, object? After)> fields)
    {
        var names = new List<string>();
        foreach (var (name, before, after) in fields)
        {
            if (!Equals(before, after))
            {
                names.Add(name);
            }
        }

        return names;
    }
}
