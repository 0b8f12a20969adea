using Purser.Server.Store;

namespace Purser.Server.Accounts;

public enum MergerKind
{
    /// <summary>All virtual accounts go into another Smart Account; the emptied one is closed.</summary>
    Merge,

    /// <summary>Chosen virtual accounts go into a new or another Smart Account.</summary>
    Split,
}

public enum MergerState
{
    /// <summary>Carried out, and can be undone.</summary>
    Provisional,

    /// <summary>Confirmed by the operator or by the passing of time.</summary>
    Final,
    Undone,
}

/// <summary>What an operator did to two Smart Accounts (SA-15), with all that undoing it needs.</summary>
public sealed class AccountMerger : IDirectoryRow
{
    public long Id { get; set; }
    public MergerKind Kind { get; set; }
    public MergerState State { get; set; }
    public long FromAccountId { get; set; }
    public long IntoAccountId { get; set; }

    /// <summary>The split made it; undone, it is closed.</summary>
    public bool IntoIsNew { get; set; }
    public string Note { get; set; } = "";
    public int VirtualAccounts { get; set; }
    public long Licenses { get; set; }
    public int Devices { get; set; }
    public DateTimeOffset MadeAt { get; set; }
    public required string MadeBy { get; set; }
    public DateTimeOffset UndoUntil { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string EndedBy { get; set; } = "";
}

/// <summary>A virtual account that went, as it was before.</summary>
public sealed class MergedPlace : IDirectoryRow
{
    public long MergerId { get; set; }
    public long VirtualAccountId { get; set; }
    public required string NameBefore { get; set; }

    /// <summary>Another one than before where the name was taken over there.</summary>
    public required string NameAfter { get; set; }
    public long? ParentBefore { get; set; }
    public bool WasDefault { get; set; }
}
