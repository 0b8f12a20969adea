namespace Purser.Server.Reservations.Bulk;

/// <summary>How far a batch is.</summary>
/// <param name="FinishedAt">Null while it runs.</param>
/// <param name="Done">Request codes that became reservations.</param>
public sealed record BatchView(
    long Id, long VirtualAccountId, ReservationBatchState State, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, int Total, int Done, int Refused, int Waiting)
{
    internal static BatchView Of(ReservationBatch row, string support) => new(
        row.Id, row.VirtualAccountId, row.State, row.ActorIsStaff ? support : row.ActorName, row.StartedAt, row.FinishedAt, row.Total, row.Done, row.Refused, row.Waiting);
}

/// <summary>A request code of a batch.</summary>
/// <param name="DeviceId">The product instance that came to be.</param>
/// <param name="Problem">Why it was refused.</param>
public sealed record BatchItemView(int Number, string RequestCode, ReservationItemState State, long? DeviceId, string? Problem, IReadOnlyList<BatchLine> Lines);
