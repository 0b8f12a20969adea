namespace Purser.Agent.State;

/// <summary>Device reference 2.1, classic rows. The reservation states stand beside these: <see cref="ReservationPhase"/>.</summary>
public enum RegistrationStatus
{
    Unregistered,
    InProgress,
    Retry,
    Failed,
    Registered,
    Expired,
}

public sealed record Registration
{
    public RegistrationStatus Status { get; init; }

    /// <summary>Present exactly while registered.</summary>
    public DeviceIdentity? Identity { get; init; }

    public Attempt? Initial { get; init; }

    public Attempt? LastRenewal { get; init; }

    /// <summary>Since when the clock stands before the certificate's beginning; an hour of it is borne.</summary>
    public DateTimeOffset? OutOfRangeSince { get; init; }

    /// <summary>Null: the device calls as usual.</summary>
    public Detachment? Detached { get; init; }
}

/// <summary>Detached mode: the device does not call until then, and keeps its authorization.</summary>
public sealed record Detachment(DateTimeOffset Since, DateTimeOffset Until);

public sealed record DeviceIdentity
{
    public required string ProductInstanceIdentifier { get; init; }

    /// <summary>Base64 DER: identity, issuing, root.</summary>
    public required IReadOnlyList<string> Certificates { get; init; }

    public required string SerialNumber { get; init; }

    public required string SmartAccount { get; init; }

    public required string VirtualAccount { get; init; }

    public required bool ExportAllowed { get; init; }

    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>Of this certificate: the registration or its last renewal.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The next renewal; moved on by a failed one.</summary>
    public required DateTimeOffset RenewAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Of the certificate that signed the last answer.</summary>
    public string? SignerSerialNumber { get; init; }
}

/// <summary>One try and what came of it; <see cref="Failure"/> is null when it succeeded.</summary>
public sealed record Attempt(DateTimeOffset At, string? Failure = null)
{
    public bool Succeeded => Failure is null;
}
