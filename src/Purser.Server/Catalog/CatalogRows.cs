using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Catalog;

/// <summary>A product line, named by its software tag.</summary>
public sealed class Product : IDirectoryRow
{
    public long Id { get; set; }
    public required string Tag { get; set; }

    /// <summary>The tag's uuid: the key of a tag on the wire (device reference 1.1).</summary>
    public required string TagUuid { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";
    public string Family { get; set; } = "";

    /// <summary>Product ids (UDI) of its hardware, separated by blanks; a * at the end stands for anything. A device that never connects is known by them.</summary>
    public string Pids { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
}

public enum Enforcement
{
    NotEnforced,
    Enforced,
    ExportRestricted,
}

/// <summary>A kind of license, named by its entitlement tag.</summary>
public sealed class Entitlement : IDirectoryRow
{
    public long Id { get; set; }
    public required string Tag { get; set; }
    public required string TagUuid { get; set; }

    /// <summary>The name people see: "Network Advantage".</summary>
    public required string Name { get; set; }
    public string Description { get; set; } = "";
    public string Version { get; set; } = "1.0";
    public Enforcement Enforcement { get; set; }

    /// <summary>Licenses of one group substitute each other downwards (LI-11): the higher rank covers the lower.</summary>
    public string? TierGroup { get; set; }
    public int TierRank { get; set; }

    /// <summary>Zero-priced and bundled with the hardware: always as many purchased as are in use or reserved (help ch. 1; domain rules 2.4).</summary>
    public bool IsReportingOnly { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>Which licenses a product can use; a product with none listed can use any.</summary>
public sealed class ProductEntitlement : IDirectoryRow
{
    public long ProductId { get; set; }
    public long EntitlementId { get; set; }
}

/// <summary>
/// Licenses to which every device of a product is entitled beyond what is in the inventory: they may be added to it from the product instance
/// (help ch. 6, "Add Licenses to Inventory"). Perpetual.
/// </summary>
public sealed class ProductInclusion : IDirectoryRow
{
    public long ProductId { get; set; }
    public long EntitlementId { get; set; }
    public long Quantity { get; set; }
}

public enum LicenseType
{
    Perpetual,
    Term,
    Demo,
}

/// <summary>What a customer orders.</summary>
public sealed class Sku : IDirectoryRow
{
    public long Id { get; set; }
    public required string Code { get; set; }
    public string Description { get; set; } = "";
    public string ProductFamily { get; set; } = "";

    /// <summary>No order of it without a Smart Account (FAQ).</summary>
    public bool SmartAccountMandatory { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>The licenses that one unit of a SKU brings.</summary>
public sealed class SkuEntitlement : IDirectoryRow
{
    public long SkuId { get; set; }
    public long EntitlementId { get; set; }
    public long Quantity { get; set; }
    public LicenseType LicenseType { get; set; }

    /// <summary>By usage: a subscription without a quantity (help ch. 4).</summary>
    public Billing Billing { get; set; }

    /// <summary>Length of a term in months; 0 for perpetual and demo.</summary>
    public int TermMonths { get; set; }
}

/// <summary>
/// A license of an upgrade SKU can replace this one: it is deposited pending, until what it replaces is named (LI-08). There may be several options.
/// </summary>
public sealed class SkuUpgrade : IDirectoryRow
{
    public long SkuId { get; set; }
    public long EntitlementId { get; set; }
    public long ReplacesEntitlementId { get; set; }

    /// <summary>Units that one upgraded unit replaces.</summary>
    public long Ratio { get; set; }
}
