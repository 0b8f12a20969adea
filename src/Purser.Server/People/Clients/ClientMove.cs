using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>API clients of a merged account go into the other one: they keep id, secrets and tokens, so their programs work on there (SA-15).</summary>
internal static class ClientMove
{
    /// <returns>How many that are not revoked went.</returns>
    public static async Task<int> RunAsync(MergerAct act, CancellationToken cancellation)
    {
        var clients = await act.Db.ApiClients.Where(row => row.AccountId == act.From.Id).ToListAsync(cancellation);
        foreach (var client in clients)
        {
            act.Remember(MergedKind.ApiClient, client.Id);
        }

        await MoveAsync(act.Db, clients, act.From.Id, act.Into.Id, cancellation);
        return clients.Count(client => client.RevokedAt is null);
    }

    public static async Task UndoAsync(MergerAct act, IReadOnlyList<MergedThing> things, CancellationToken cancellation)
    {
        var ids = things.Where(thing => thing.Kind == MergedKind.ApiClient).Select(thing => thing.Id).ToHashSet();
        var clients = await act.Db.ApiClients.Where(row => row.AccountId == act.Into.Id && ids.Contains(row.Id)).ToListAsync(cancellation);
        await MoveAsync(act.Db, clients, act.Into.Id, act.From.Id, cancellation);
    }

    private static async Task MoveAsync(PurserContext db, IReadOnlyList<ApiClient> clients, long from, long into, CancellationToken cancellation)
    {
        var ids = clients.Select(client => client.Id).ToList();
        foreach (var client in clients)
        {
            db.Rekey(client, row => row.AccountId = into);
        }

        await db.SaveChangesAsync(cancellation);
        await db.ApiClientDirectory.Where(row => row.AccountId == from && ids.Contains(row.ApiClientId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.AccessTokens.Where(row => row.AccountId == from && ids.Contains(row.ApiClientId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await db.Delegations.Where(row => row.AccountId == from && ids.Contains(row.ApiClientId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
    }
}
