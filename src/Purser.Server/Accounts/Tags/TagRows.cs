using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>A custom tag of virtual accounts as an administrator defined it: "Country", "Department" (SA-11; portal reference 13).</summary>
public sealed class CustomTag : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public required string Name { get; set; }

    /// <summary>Upper-cased name: unique in the account whatever the case.</summary>
    public required string NameKey { get; set; }
    public string Description { get; set; } = "";

    /// <summary>Every virtual account that is created or changed needs a value of it.</summary>
    public bool IsRequired { get; set; }

    /// <summary>A virtual account may have several of its values.</summary>
    public bool AllowsSeveral { get; set; }
}

/// <summary>A value that can be chosen for a custom tag.</summary>
public sealed class CustomTagValue : ITenantRow
{
    public long AccountId { get; set; }
    public long TagId { get; set; }
    public long Id { get; set; }
    public required string Text { get; set; }
    public required string TextKey { get; set; }

    /// <summary>The order in which the administrator listed them.</summary>
    public int Position { get; set; }
}

/// <summary>A value of a custom tag on a virtual account.</summary>
public sealed class VirtualAccountTag : ITenantRow
{
    public long AccountId { get; set; }
    public long VirtualAccountId { get; set; }
    public long TagId { get; set; }
    public long ValueId { get; set; }
}
