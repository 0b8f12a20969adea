using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>A word by which people of a virtual account sort its licenses (LI-06; domain rules 3.4).</summary>
public sealed class LicenseTag : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public long VirtualAccountId { get; set; }
    public required string Name { get; set; }

    /// <summary>Upper-cased name: unique in the virtual account whatever the case.</summary>
    public required string NameKey { get; set; }
}

/// <summary>A tag on a license (summary level) or on one of its lines (detail level). The two levels are independent (domain rules 3.4).</summary>
public sealed class LicenseTagUse : ITenantRow
{
    /// <summary>In <see cref="LineId"/>: the license itself.</summary>
    public const long WholeLicense = 0;

    public long AccountId { get; set; }
    public long TagId { get; set; }
    public long EntitlementId { get; set; }
    public long LineId { get; set; }
}
