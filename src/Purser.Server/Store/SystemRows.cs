namespace Purser.Server.Store;

/// <summary>The next id of a kind; nodes take blocks of it (stack notes 3).</summary>
public sealed class IdBlock : IDirectoryRow
{
    public required string Kind { get; set; }
    public long Next { get; set; }
}

/// <summary>The answer to a command that carried an idempotency key.</summary>
public sealed class IdempotencyRecord : IDirectoryRow
{
    public required string ActorKey { get; set; }
    public required string Key { get; set; }
    public required byte[] InputHash { get; set; }
    public required string Response { get; set; }
    public DateTimeOffset At { get; set; }
}

/// <summary>A scheduled job; a node owns it while its lease runs (design 3).</summary>
public sealed class JobRow : IDirectoryRow
{
    public required string Name { get; set; }
    public string LeasedBy { get; set; } = "";
    public DateTimeOffset LeasedUntil { get; set; }
    public DateTimeOffset? LastRunAt { get; set; }
    public DateTimeOffset NextDueAt { get; set; }
    public string LastResult { get; set; } = "";
}

/// <summary>Facts of the installation: setup link hash, demo marker, last audit.</summary>
public sealed class InstallationFact : IDirectoryRow
{
    public required string Name { get; set; }
    public required string Value { get; set; }
}

/// <summary>A data-protection key of the framework, sealed with the master key.</summary>
public sealed class ProtectionKey : IDirectoryRow
{
    public required string Name { get; set; }
    public required string Xml { get; set; }
}
