using System.Text.Json.Serialization;
using Purser.Agent.Policy;
using Purser.Protocol.Wire;

namespace Purser.Agent.State;

/// <summary>All that a device remembers. Immutable: every step makes the next one, and the store keeps it in one file.</summary>
public sealed record DeviceState
{
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    public required DeviceDescription Device { get; init; }

    /// <summary>Base64 PKCS#8 on P-256; made once, stays through re-registrations.</summary>
    public required string PrivateKey { get; init; }

    public TransportSettings Transport { get; init; } = new();

    public TrustAnchor Trust { get; init; } = new();

    public Registration Registration { get; init; } = new();

    public Authorization Authorization { get; init; } = new();

    public IReadOnlyList<EntitlementUse> Entitlements { get; init; } = [];

    public Evaluation Evaluation { get; init; } = new();

    /// <summary>Empty in a store that was written before there was any.</summary>
    public Reservation Reservation
    {
        get;
        init => field = value ?? new Reservation();
    } = new();

    /// <summary>Null: a single device. The store is mirrored to the standby, which goes on with it after a switchover.</summary>
    public UnitSet? HighAvailability { get; init; }

    /// <summary>Null: classic licensing. Otherwise the device does not register, it reports.</summary>
    public PolicyState? Policy { get; init; }

    /// <summary>Null: nobody manages it from afar.</summary>
    public RemoteAccess? RemoteAccess { get; init; }

    /// <summary>The one message that waits for its answer; sent again as it is until it has one.</summary>
    public PendingMessage? Pending { get; init; }

    /// <summary>What is added to the device's own clock to have the authority's.</summary>
    public long ClockOffsetSeconds { get; init; }

    public IReadOnlyList<CallStatistics> Statistics { get; init; } = [];

    public bool HasLicensesInUse => Entitlements.Any(static use => use.Count > 0);
}

/// <param name="Sequence">Grows with every change, so that the authority knows an old state from a new one.</param>
/// <param name="Units">All units with their present roles; one of them is active.</param>
public sealed record UnitSet(long Sequence, IReadOnlyList<HaUnit> Units)
{
    [JsonIgnore]
    public HaUnit Active => Units.First(static unit => unit.Role == HaRole.Active);
}

public sealed record DeviceDescription
{
    public required string SoftwareTag { get; init; }

    public required string Pid { get; init; }

    public required string Sn { get; init; }

    public string? Vid { get; init; }

    public string? Uuid { get; init; }

    public string? Hostname { get; init; }

    /// <summary>Of the product's software; usage reports name it.</summary>
    public string? SoftwareVersion { get; init; }

    /// <summary>What the people who get the product call the portal; null: by the usual name.</summary>
    public string? PortalName { get; init; }
}

/// <summary>The root of the authority that this device believes, or its fingerprint until the root itself was seen.</summary>
public sealed record TrustAnchor
{
    /// <summary>Base64 DER.</summary>
    public string? Root { get; init; }

    /// <summary>SHA-256 of the DER form, lower-case hexadecimal.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Given by a person (file or fingerprint), so a registration may not replace it.</summary>
    public bool Pinned { get; init; }
}

/// <param name="Type">Request type.</param>
/// <param name="Text">The exact request text.</param>
/// <param name="Nonce">That the answer must carry.</param>
/// <param name="Attempts">Sendings without an answer.</param>
/// <param name="NextTry">When to send it (again).</param>
/// <param name="Token">Of a registration, to tell whether a person repeats or replaces it.</param>
public sealed record PendingMessage(string Type, string Text, string Nonce, int Attempts, DateTimeOffset NextTry, string? Token = null);

public sealed record CallStatistics(string Type)
{
    public int Success { get; init; }

    public int Fail { get; init; }

    public int OngoingFailure { get; init; }

    public string? LastResponse { get; init; }

    public DateTimeOffset? LastResponseAt { get; init; }

    public string? FailureReason { get; init; }

    public DateTimeOffset? LastSuccess { get; init; }

    public DateTimeOffset? LastFailure { get; init; }
}
