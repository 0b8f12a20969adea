using Purser.Server.Store;

namespace Purser.Server.Preferences;

/// <summary>The two flags of "License Configuration" (help ch. 9). An account without a row has the defaults.</summary>
public sealed class LicenseConfiguration : ITenantRow
{
    public long AccountId { get; set; }

    /// <summary>"Add to Inventory": licenses that a product instance is entitled to may be added to the inventory. Enabled by default (help ch. 9).</summary>
    public bool AddToInventory { get; set; } = true;

    /// <summary>"Show License Transactions Details in Inventory Tab": the detail level of the license table, its tags and its advanced search.</summary>
    public bool ShowTransactionDetails { get; set; } = true;
}

/// <summary>A line of "View Change Log": a flag that somebody switched, and why.</summary>
public sealed class ConfigurationChange : ITenantRow
{
    public long AccountId { get; set; }
    public long Seq { get; set; }
    public DateTimeOffset At { get; set; }
    public ConfigurationFlag Flag { get; set; }
    public bool IsEnabled { get; set; }
    public required string Notes { get; set; }
    public required string ChangedBy { get; set; }
}

public enum ConfigurationFlag
{
    AddToInventory,
    ShowTransactionDetails,
}

public static class ConfigurationFlags
{
    public static string Display(this ConfigurationFlag flag) =>
        flag == ConfigurationFlag.AddToInventory ? "Add to Inventory" : "Show License Transactions Details in Inventory Tab";
}
