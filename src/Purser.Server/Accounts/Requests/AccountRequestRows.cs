using Purser.Server.Store;

namespace Purser.Server.Accounts;

public enum AccountRequestState
{
    /// <summary>The domain identifier was changed, or a holding account is wanted: an operator decides (portal reference 13.1).</summary>
    AwaitingOperator,

    /// <summary>The approver has a mail with a link.</summary>
    AwaitingApprover,

    /// <summary>Approved: the Smart Account is active.</summary>
    Active,
    Declined,
    Withdrawn,
}

/// <summary>Who authorizes the activation (help of the portal: "Yes, I have the authority …" or "No, the person specified below …").</summary>
public enum RequestAuthority
{
    Requester,
    Approver,

    /// <summary>Requested on behalf of a customer, whose approver is named (SA-03).</summary>
    Customer,
}

/// <summary>Is an account listed to people who search (portal reference 13.1)?</summary>
public enum SearchVisibility
{
    Unrestricted,

    /// <summary>Never listed; found by its exact name or domain only.</summary>
    Restricted,
}

/// <summary>A Smart Account that somebody has asked for: what people see as "Pending". The account itself is made when its approver confirms.</summary>
public sealed class AccountRequest : IDirectoryRow
{
    public long Id { get; set; }
    public required string Name { get; set; }
    public required string Domain { get; set; }

    /// <summary>What of the domain somebody can own: duplicates are judged by it.</summary>
    public required string RootDomain { get; set; }
    public AccountType Type { get; set; }
    public AccountRequestState State { get; set; }
    public RequestAuthority Authority { get; set; }

    /// <summary>Null where a program of the operator asked.</summary>
    public long? RequesterId { get; set; }
    public required string RequesterName { get; set; }
    public string RequesterEmail { get; set; } = "";
    public required string ApproverEmail { get; set; }
    public string ApproverName { get; set; } = "";

    /// <summary>Known once the mail is written: nobody else can use its link.</summary>
    public long? ApproverId { get; set; }
    public string Note { get; set; } = "";

    /// <summary>Why the domain is not the approver's own; empty where it is.</summary>
    public string DomainReason { get; set; } = "";
    public string Headquarters { get; set; } = "";
    public SearchVisibility Visibility { get; set; }

    /// <summary>The requester offers to set the account up, as its administrator.</summary>
    public bool RequesterSetsUp { get; set; }

    /// <summary>SHA-256 of the code in the newest mail; stays after its use, so that a second use can be told.</summary>
    public byte[]? CodeHash { get; set; }

    /// <summary>By the machine's clock, as for all links.</summary>
    public DateTimeOffset? CodeEndsAt { get; set; }

    public DateTimeOffset RequestedAt { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public string DecidedBy { get; set; } = "";
    public string DeclineReason { get; set; } = "";
    public long? AccountId { get; set; }

    /// <summary>Nobody answered in time: it keeps the domain from nobody, and a new mail revives it.</summary>
    public bool IsExpired(DateTimeOffset machineNow) => State == AccountRequestState.AwaitingApprover && CodeEndsAt <= machineNow;

    public bool IsOpen => State is AccountRequestState.AwaitingOperator or AccountRequestState.AwaitingApprover;
}
