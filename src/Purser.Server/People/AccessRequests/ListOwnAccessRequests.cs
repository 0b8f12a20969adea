using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>What somebody asked for herself, newest first, with the answers.</summary>
public sealed class ListOwnAccessRequests(Database database)
{
    private const int Most = 100;

    public sealed record Item(
        long Id, string Account, string Domain, AccessRequestState State, DateTimeOffset RequestedAt, DateTimeOffset? DecidedAt, string Reason, string Given);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/directory/access-requests", async (ListOwnAccessRequests list, HttpContext context) =>
            TypedResults.Ok(new { items = await list.HandleAsync(context.Actor(), context.RequestAborted) }))
        .Requires(Permission.SignedIn).WithSummary("List your own requests for access, newest first").WithTags("Access requests");

    public async Task<IReadOnlyList<Item>> HandleAsync(Actor actor, CancellationToken cancellation = default)
    {
        if (actor.Kind != ActorKind.Person)
        {
            return [];
        }

        await using var db = database.Read();
        return await (
            from row in db.AccessRequests
            where row.PersonId == actor.Id
            join account in db.Accounts on row.AccountId equals account.Id
            orderby row.Id descending
            select new Item(row.Id, account.Name, account.Domain, row.State, row.RequestedAt, row.DecidedAt, row.Reason, row.Given)).Take(Most).ToListAsync(cancellation);
    }
}
