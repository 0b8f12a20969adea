using System.Globalization;
using Purser.Server.Store;

namespace Purser.Server.People;

public enum AccessRequestState
{
    Pending,
    Approved,
    Declined,

    /// <summary>Taken back by who asked.</summary>
    Withdrawn,
}

/// <summary>Somebody asks for access to a Smart Account (SA-10).</summary>
public sealed class AccessRequest : ITenantRow
{
    public const int LongestNote = 500;
    public const int LongestReason = 500;

    public long AccountId { get; set; }
    public long Id { get; set; }
    public long PersonId { get; set; }
    public required string PersonName { get; set; }
    public required string Email { get; set; }
    public string Note { get; set; } = "";
    public AccessRequestState State { get; set; }
    public DateTimeOffset RequestedAt { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public string DecidedBy { get; set; } = "";
    public string Reason { get; set; } = "";

    /// <summary>What was given, in words: roles change later on.</summary>
    public string Given { get; set; } = "";
}

/// <summary>Requests of people with an address at this mail domain are answered by themselves.</summary>
public sealed class AccessRule : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }

    /// <summary>The part after the @: lower case, ASCII. One rule each.</summary>
    public required string MailDomain { get; set; }

    /// <summary>Null: declined.</summary>
    public Role? Role { get; set; }

    /// <summary>Numbers, separated by commas; empty for the whole Smart Account.</summary>
    public string VirtualAccounts { get; set; } = "";
    public bool IncludesChildren { get; set; }

    /// <summary>Of a rule that declines: what who asks is told.</summary>
    public string Reason { get; set; } = "";
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    public Access? Access => Role is not { } role ? null : new Access(role)
    {
        VirtualAccountIds = [.. VirtualAccounts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => long.Parse(id, CultureInfo.InvariantCulture))],
        IncludesChildren = IncludesChildren,
    };
}
