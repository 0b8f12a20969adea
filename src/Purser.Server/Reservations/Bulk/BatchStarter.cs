using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Reservations.Bulk;

/// <summary>A batch goes on in the name of who started it, and only as long as that one may reserve there: a role may have been taken away meanwhile.</summary>
public sealed class BatchStarter(Database database, ActorSource actors)
{
    private static readonly IReadOnlySet<ApiScope> AllScopes = Enum.GetValues<ApiScope>().ToHashSet();

    public async Task<bool> MayAsync(ReservationBatch batch, CancellationToken cancellation) =>
        await LoadAsync(batch, cancellation) is { } actor && actor.May(Permission.LicenseReserve, batch.AccountId, batch.VirtualAccountId);

    /// <summary>Null: there is no such person or program any more.</summary>
    private async Task<Actor?> LoadAsync(ReservationBatch batch, CancellationToken cancellation)
    {
        switch (batch.ActorKind)
        {
            case ActorKind.Person:
                return await actors.PersonAsync(batch.ActorId, cancellation);
            case ActorKind.Client:
                // What its token was limited to was judged when it started.
                await using (var db = database.Read())
                {
                    return await db.ApiClients.FirstOrDefaultAsync(row => row.Id == batch.ActorId, cancellation) is { } client ? await actors.ClientAsync(client, AllScopes, cancellation) : null;
                }

            default:
                return Actor.System;
        }
    }
}
