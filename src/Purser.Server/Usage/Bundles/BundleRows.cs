using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Usage.Bundles;

public enum UsageBundleState
{
    Running,
    Finished,
}

public enum UsageBundleFileState
{
    Waiting,

    /// <summary>Taken, wholly or in part.</summary>
    Done,
    Refused,
}

/// <summary>A bundle of a collector that was uploaded and is worked off file by file.</summary>
public sealed class UsageBundle : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }

    /// <summary>Where it was uploaded; files whose virtual account the bundle does not name are of this one.</summary>
    public long VirtualAccountId { get; set; }
    public UsageBundleState State { get; set; }

    /// <summary>In whose name it is worked off, whenever that happens.</summary>
    public ActorKind ActorKind { get; set; }
    public long ActorId { get; set; }
    public required string ActorName { get; set; }
    public bool ActorIsStaff { get; set; }
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>Null while it runs.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>The unique id of the collector.</summary>
    public required string Maker { get; set; }
    public int Total { get; set; }
    public int Done { get; set; }
    public int Refused { get; set; }

    /// <summary>How often in a row its next file failed.</summary>
    public int Faults { get; set; }

    public int Waiting => Total - Done - Refused;
}

/// <summary>A file of a bundle, and what came of it.</summary>
public sealed class UsageBundleFile : ITenantRow
{
    public long AccountId { get; set; }
    public long BundleId { get; set; }

    /// <summary>1 for the first file of the bundle.</summary>
    public int Number { get; set; }

    /// <summary>The archive in which it came.</summary>
    public required string Part { get; set; }
    public required string Name { get; set; }

    /// <summary>Null: refused with its virtual account.</summary>
    public long? VirtualAccountId { get; set; }

    /// <summary>As it was called at that time, or as the bundle calls it.</summary>
    public required string VirtualAccount { get; set; }

    /// <summary>What the product instance saved; empty once it was worked off, since reports stand in a table of their own.</summary>
    public required string Text { get; set; }
    public UsageBundleFileState State { get; set; }
    public int Counted { get; set; }
    public int Repeated { get; set; }
    public int Refused { get; set; }

    /// <summary>Why it, or something in it, was refused.</summary>
    public string? Problem { get; set; }

    /// <summary>The file to import on the product instance.</summary>
    public string? Answer { get; set; }
}
