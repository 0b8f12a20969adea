using System.Text.Json;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Reservations.Bulk;

public enum ReservationBatchState
{
    Running,
    Finished,
}

public enum ReservationItemState
{
    Waiting,
    Done,
    Refused,
}

/// <summary>Many request codes that came in one file and become reservations piece by piece.</summary>
public sealed class ReservationBatch : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public long VirtualAccountId { get; set; }
    public ReservationBatchState State { get; set; }

    /// <summary>In whose name the reservations are made, whenever that happens.</summary>
    public ActorKind ActorKind { get; set; }
    public long ActorId { get; set; }
    public required string ActorName { get; set; }
    public bool ActorIsStaff { get; set; }
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>Null while it runs.</summary>
    public DateTimeOffset? FinishedAt { get; set; }
    public int Total { get; set; }
    public int Done { get; set; }
    public int Refused { get; set; }

    /// <summary>How often in a row its next piece failed.</summary>
    public int Faults { get; set; }

    public int Waiting => Total - Done - Refused;

    public Actor Actor => new(ActorKind, ActorId, ActorName) { IsStaff = ActorIsStaff };
}

/// <summary>A request code of a batch, and what came of it.</summary>
public sealed class ReservationBatchItem : ITenantRow
{
    public long AccountId { get; set; }
    public long BatchId { get; set; }

    /// <summary>1 for the first request code of the file.</summary>
    public int Number { get; set; }

    /// <summary>As it stands in the file.</summary>
    public required string RequestCode { get; set; }

    /// <summary>Where the catalog does not know the product id of the request code.</summary>
    public string? Product { get; set; }

    /// <summary><see cref="BatchLine"/> as JSON.</summary>
    public required string Licenses { get; set; }
    public ReservationItemState State { get; set; }

    /// <summary>The product instance that came to be.</summary>
    public long? DeviceId { get; set; }

    /// <summary>Why it was refused.</summary>
    public string? Problem { get; set; }

    public IReadOnlyList<BatchLine> Lines() => JsonSerializer.Deserialize<List<BatchLine>>(Licenses, WritePath.Json)!;
}

/// <summary>How many licenses of one kind a line of the file asks for.</summary>
/// <param name="Line">Of the file; the headings are line 1.</param>
public sealed record BatchLine(int Line, string License, long Quantity);
