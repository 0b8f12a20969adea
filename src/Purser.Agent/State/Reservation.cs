using System.Text.Json.Serialization;
using Purser.Protocol;
using Purser.Protocol.Reservations;

namespace Purser.Agent.State;

/// <summary>Licenses without ever calling (device reference 3). Kept by unit, because a switchover changes whose count.</summary>
public sealed record Reservation
{
    /// <summary>A person allowed the commands of reservation.</summary>
    public bool Enabled { get; init; }

    /// <summary>Request codes made so far. Outlives a factory reset, so that the next one differs from all before.</summary>
    public int Requests { get; init; }

    public IReadOnlyList<UnitReservation> Units { get; init; } = [];
}

/// <summary>Device reference 2.4, the reservation rows.</summary>
public enum ReservationPhase
{
    None,
    InProgress,
    Specific,
    Universal,
}

/// <summary>Of one unit; a single device is its own only one. A request code names product id and serial number, so they are the key.</summary>
public sealed record UnitReservation(string Pid, string Sn)
{
    public OpenRequest? Request { get; init; }

    public InstalledAuthorization? Installed { get; init; }

    /// <summary>The latest last.</summary>
    public IReadOnlyList<ReturnedAuthorization> Returns { get; init; } = [];

    public string? LastConfirmationCode { get; init; }

    /// <summary>Request codes that were given up, the latest last: authorizations that answer them can still be returned.</summary>
    public IReadOnlyList<string> Cancelled { get; init; } = [];

    [JsonIgnore]
    public ReturnedAuthorization? LastReturn => Returns.Count > 0 ? Returns[^1] : null;

    [JsonIgnore]
    public Udi Udi => new(Pid, Sn);

    [JsonIgnore]
    public ReservationPhase Phase => (Installed, Request) switch
    {
        ({ IsUniversal: true }, _) => ReservationPhase.Universal,
        ({ }, _) => ReservationPhase.Specific,
        (_, { }) => ReservationPhase.InProgress,
        _ => ReservationPhase.None,
    };
}

public sealed record OpenRequest(string Code, DateTimeOffset At);

public sealed record ReturnedAuthorization(string RequestCode, string ReturnCode, DateTimeOffset At);

public sealed record InstalledAuthorization
{
    /// <summary>The one that it answers; updates answer it too.</summary>
    public required string RequestCode { get; init; }

    public required ulong Number { get; init; }

    /// <summary>Base64; confirmation and return codes follow from it.</summary>
    public required string Signature { get; init; }

    public bool IsUniversal { get; init; }

    /// <summary>None where it is universal.</summary>
    public required IReadOnlyList<AuthorizedLicense> Licenses { get; init; }

    /// <summary>Of the first one that answered the request.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    public required DateTimeOffset At { get; init; }
}
