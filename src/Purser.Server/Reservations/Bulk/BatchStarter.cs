using Purser.Server.People;

namespace Purser.Server.Reservations.Bulk;

/// <summary>A batch goes on only as long as who started it may reserve there.</summary>
public sealed class BatchStarter(StartedBy starters)
{
    public async Task<bool> MayAsync(ReservationBatch batch, CancellationToken cancellation) =>
        await starters.FindAsync(batch.ActorKind, batch.ActorId, cancellation) is { } actor && actor.May(Permission.LicenseReserve, batch.AccountId, batch.VirtualAccountId);
}
