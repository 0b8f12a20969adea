using Purser.Server.Store;

namespace Purser.Server.Reservations;

public enum ReservationKind
{
    /// <summary>So many of these licenses.</summary>
    Specific,

    /// <summary>Whatever the device asks for; holds no quantity (domain rules 8.11).</summary>
    Universal,
}

public enum ReservationOrigin
{
    Portal,

    /// <summary>Made when the product was shipped (domain rules 8.10).</summary>
    Factory,
}

/// <summary>The reservation of a product instance that never connects: one row for each, gone when it ends (domain rules 8).</summary>
public sealed class Reservation : ITenantRow
{
    public long AccountId { get; set; }
    public long DeviceId { get; set; }

    /// <summary>Where the device sits, and so the reserved units.</summary>
    public long VirtualAccountId { get; set; }
    public ReservationKind Kind { get; set; }
    public ReservationOrigin Origin { get; set; }

    /// <summary>What the device asked with; its other codes follow from it.</summary>
    public required string RequestCode { get; set; }

    /// <summary>Of the newest authorization: later ones are greater.</summary>
    public long Number { get; set; }

    /// <summary>The newest authorization as the device installs it: the whole file, or the typed code.</summary>
    public required string Authorization { get; set; }
    public DateTimeOffset AuthorizedAt { get; set; }

    /// <summary>An update waits for its confirmation code since then; the four below are present exactly then (domain rules 8.4).</summary>
    public DateTimeOffset? PendingSince { get; set; }
    public long? PreviousNumber { get; set; }
    public string? PreviousAuthorization { get; set; }

    /// <summary>What was reserved before it, to which a cancellation goes back: <see cref="ReservedBefore"/> as JSON.</summary>
    public string? PreviousUnits { get; set; }

    /// <summary>It failed and its reservation was copied to a replacement then: it is pending removal (domain rules 8.7).</summary>
    public DateTimeOffset? FailedAt { get; set; }
    public long? ReplacedByDeviceId { get; set; }

    /// <summary>There was not enough available for the copy: counts in the threshold until the failed one is returned.</summary>
    public bool IsUncoveredFailure { get; set; }
    public string Notes { get; set; } = "";
}

/// <summary>Units of a line that a product instance reserves. Together with use and locks they are all that licenses are bound to.</summary>
public sealed class ReservedUnits : ITenantRow
{
    /// <summary>In place of a line: licenses that are reporting only, of which there are always as many as are reserved (domain rules 2.4).</summary>
    public const long NoLine = 0;

    public long AccountId { get; set; }
    public long DeviceId { get; set; }
    public long EntitlementId { get; set; }
    public long LineId { get; set; }
    public long VirtualAccountId { get; set; }
    public long Firm { get; set; }

    /// <summary>Given back by an update that is not confirmed yet.</summary>
    public long InTransition { get; set; }

    /// <summary>Reserved, but the line gives nothing for it: it has ended (domain rules 8.5), or a failed product still has the unit (8.7).</summary>
    public long Uncovered { get; set; }

    /// <summary>Uncovered units that an unconfirmed update gives back.</summary>
    public long Leaving { get; set; }

    public long Kept => Firm + Uncovered;

    public long Sum => Firm + InTransition + Uncovered + Leaving;
}

/// <summary>Units before an update.</summary>
public sealed record ReservedBefore(long EntitlementId, long LineId, long Firm, long Uncovered);

/// <summary>A request code serves one reservation in the whole installation, ever.</summary>
public sealed class UsedRequestCode : IDirectoryRow
{
    public required string Code { get; set; }
    public long AccountId { get; set; }
    public long DeviceId { get; set; }
    public DateTimeOffset At { get; set; }
}
