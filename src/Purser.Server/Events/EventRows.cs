using Purser.Server.Store;

namespace Purser.Server.Events;

/// <summary>One line of an event log; append-only, chained by hash per account.</summary>
public sealed class EventRow : ITenantRow
{
    public long AccountId { get; set; }
    public long Seq { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Kind { get; set; }

    /// <summary>The exact text of the source, names as they were then.</summary>
    public required string Message { get; set; }

    /// <summary>Null for events of the account itself (H 11).</summary>
    public long? VirtualAccountId { get; set; }

    /// <summary>The other side of a transfer, whose log shows the event too.</summary>
    public long? OtherVirtualAccountId { get; set; }
    public long? EntitlementId { get; set; }
    public long? DeviceId { get; set; }
    public required string ActorName { get; set; }
    public bool ActorIsStaff { get; set; }
    public required byte[] Hash { get; set; }
}

/// <summary>One command as it was carried out: who, what, with which input. Chained by hash per account; account 0 is the installation.</summary>
public sealed class AuditEntry : ITenantRow
{
    public long AccountId { get; set; }
    public long Seq { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Command { get; set; }
    public required string ActorKind { get; set; }
    public long ActorId { get; set; }
    public required string ActorName { get; set; }

    /// <summary>The command's input as JSON; secrets are never part of an input record.</summary>
    public required string Input { get; set; }

    /// <summary>The rows that the command changed, with their values before and after, as JSON (SA-16).</summary>
    public required string Changes { get; set; }
    public required byte[] Hash { get; set; }
}
