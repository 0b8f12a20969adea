using System.Text.Json.Serialization;
using Purser.Protocol.Usage;

namespace Purser.Agent.Policy;

/// <summary>Device reference 4.4.1.</summary>
public enum ReportPhase
{
    /// <summary>Still measuring.</summary>
    Open,

    /// <summary>Sealed, not handed out yet.</summary>
    Closed,

    /// <summary>Handed out, not acknowledged yet.</summary>
    Unacknowledged,
    Acknowledged,
}

/// <summary>A report of this device: of one license, for one time.</summary>
/// <param name="Tag">Of the license.</param>
/// <param name="Feature">The license's name in the product.</param>
public sealed record ReportRecord(ulong Id, string Tag, string Feature)
{
    public ReportPhase Phase { get; init; }

    public required IReadOnlyList<Measurement> Measurements { get; init; }

    /// <summary>What was in use just before it begins.</summary>
    public long CountBefore { get; init; }

    /// <summary>The exact text that its signature covers and that is handed out, the same each time; null while it is open.</summary>
    public string? Text { get; init; }

    /// <summary>Why it is in its phase; null while it is open.</summary>
    public string? Reason { get; init; }

    [JsonIgnore]
    public bool IsOpen => Phase == ReportPhase.Open;

    [JsonIgnore]
    public Measurement Last => Measurements[^1];

    [JsonIgnore]
    public DateTimeOffset StartsAt => Measurements[0].StartsAt;

    [JsonIgnore]
    public DateTimeOffset EndsAt => Last.EndsAt;
}

/// <summary>Sub-devices, such as access points, that came to use a license or ceased to.</summary>
public sealed record UnitChange(IReadOnlyList<Protocol.Udi> Added, IReadOnlyList<Protocol.Udi> Removed);
