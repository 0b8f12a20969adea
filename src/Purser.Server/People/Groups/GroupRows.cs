using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>People who share roles (SA-09). Its roles are rows of <see cref="RoleGrant"/>, in its own Smart Account and in others that let it in.</summary>
public sealed class UserGroup : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public required string Name { get; set; }

    /// <summary>Upper-cased name: unique in the account whatever the case.</summary>
    public required string NameKey { get; set; }
    public string Description { get; set; } = "";
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>Who is in which group: looked up from every Smart Account in which the group has a role.</summary>
public sealed class UserGroupMember : IDirectoryRow
{
    public long GroupId { get; set; }
    public long PersonId { get; set; }
    public DateTimeOffset AddedAt { get; set; }
    public required string AddedBy { get; set; }
}

public enum GroupSpanState
{
    Requested,
    Granted,
    Declined,

    /// <summary>Taken back by either side.</summary>
    Withdrawn,
}

/// <summary>A group of one Smart Account and its way into another one: asked for by the first, answered by the second (SA-09).</summary>
public sealed class GroupSpan : IDirectoryRow
{
    public long GroupId { get; set; }
    public long TargetAccountId { get; set; }
    public long HomeAccountId { get; set; }

    /// <summary>As the group is called now: the other Smart Account sees nothing else of the group's own.</summary>
    public required string GroupName { get; set; }

    /// <summary>By which the other Smart Account's administrator finds the request.</summary>
    public required string LookupId { get; set; }
    public GroupSpanState State { get; set; }
    public string Note { get; set; } = "";
    public required string RequestedBy { get; set; }
    public required string RequestedByEmail { get; set; }
    public DateTimeOffset RequestedAt { get; set; }
    public string AnsweredBy { get; set; } = "";
    public DateTimeOffset? AnsweredAt { get; set; }
    public string Reason { get; set; } = "";

    public bool IsOpen => State is GroupSpanState.Requested or GroupSpanState.Granted;
}
