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

public enum MergedKind
{
    ApiClient,
    UserGroup,

    /// <summary>A user group's way into the account that went; it leads into the other one now.</summary>
    GroupSpan,

    /// <summary>A user group's way that leads nowhere new: between the two accounts, or into the other one, into which there was one.</summary>
    EndedGroupSpan,
    AccessRequest,

    /// <summary>Made over there after the one that stays with the closed account.</summary>
    AccessRule,

    /// <summary>A role of a sign-in source's group, made over there after the one that stays with the closed account.</summary>
    SourceRole,
    Webhook,
    SavedView,

    /// <summary>Made over there after the one that stays with the closed account.</summary>
    MailSubscription,
    DailyMail,
}

/// <summary>Something of a merged account's own that went along, or was made after it over there.</summary>
public sealed class MergedThing : IDirectoryRow
{
    public long MergerId { get; set; }
    public MergedKind Kind { get; set; }
    public long Id { get; set; }

    /// <summary>Of a group's way: the account it led into. Of a source's role: the source. Of a choice of mails: the topic.</summary>
    public long OtherId { get; set; }

    /// <summary>What undoing needs besides, as JSON; empty where the number is enough.</summary>
    public string Before { get; set; } = "";
}
