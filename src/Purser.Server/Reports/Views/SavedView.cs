using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>What a view is a view of.</summary>
public enum ViewOf
{
    LicenseTable,
    DeviceTable,
    Licenses,
    LicenseSubscriptions,
    ProductInstances,
    UsageHistory,
}

/// <summary>A table or a report as somebody set it, under a name (LI-07, RP-07): the query of its address, because the address is the state.</summary>
public sealed class SavedView : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public ViewOf Kind { get; set; }
    public required string Name { get; set; }

    /// <summary>Upper-cased name: an owner has it once for each table and report, whatever the case.</summary>
    public required string NameKey { get; set; }

    /// <summary>"q=core&amp;tag=edge".</summary>
    public required string Query { get; set; }

    /// <summary>The person or program: "Person:1001".</summary>
    public required string OwnerKey { get; set; }
    public required string OwnerName { get; set; }

    /// <summary>Everybody who works in the account is offered it; otherwise only its owner.</summary>
    public bool IsShared { get; set; }
    public DateTimeOffset SavedAt { get; set; }

    /// <summary>How often its owner gets it by mail; only of reports, and of people.</summary>
    public MailRhythm Mail { get; set; }
    public DateTimeOffset? MailDueAt { get; set; }
}
