using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Long work goes on in the name of who started it, with the rights that this one has by now: a role may have been taken away meanwhile.</summary>
public sealed class StartedBy(Database database, ActorSource actors)
{
    private static readonly IReadOnlySet<ApiScope> AllScopes = Enum.GetValues<ApiScope>().ToHashSet();

    /// <summary>Null: there is no such person or program any more.</summary>
    public async Task<Actor?> FindAsync(ActorKind kind, long id, CancellationToken cancellation)
    {
        switch (kind)
        {
            case ActorKind.Person:
                return await actors.PersonAsync(id, cancellation);
            case ActorKind.Client:
                // What its token was limited to was judged when it started.
                await using (var db = database.Read())
                {
                    return await db.ApiClients.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } client ? await actors.ClientAsync(client, AllScopes, cancellation) : null;
                }

            default:
                return Actor.System;
        }
    }
}
