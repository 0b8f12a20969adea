using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>The requests for access to an account, newest first. Who administers virtual accounts sees those that wait, for they can give roles there.</summary>
public sealed class ListAccessRequests(Database database)
{
    private const int MostCounted = 1_000;

    private static readonly Keyset<AccessRequest> Newest = Keyset.Descending((AccessRequest row) => row.Id);

    public sealed record Item(
        long Id, long PersonId, string Name, string Email, string Note, AccessRequestState State, DateTimeOffset RequestedAt, DateTimeOffset? DecidedAt, string DecidedBy,
        string Reason, string Given)
    {
        /// <summary>Has it been shown that the address is this person's? Rules answer only then.</summary>
        public bool IsAddressProven { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/accounts/{account}/access-requests", async (
                AccessRequestState? state, string? search, [AsParameters] PageRequest page, ListAccessRequests list, HttpContext context) =>
                TypedResults.Ok(await list.HandleAsync(context.Actor(), context.Account().Id, state, search, page, context.RequestAborted)))
            .Requires(Permission.AccessRequestView).WithSummary("List the requests for access to the Smart Account, newest first").WithTags("Access requests");
        routes.MapGet("/api/v1/accounts/{account}/access-requests/{request:long}", async (long request, ListAccessRequests list, HttpContext context) =>
                (await list.FindAsync(context.Actor(), context.Account().Id, request, context.RequestAborted)).ToHttp())
            .Requires(Permission.AccessRequestView).WithSummary("Show a request for access").WithTags("Access requests");
    }

    public async Task<Page<Item>> HandleAsync(
        Actor actor, long accountId, AccessRequestState? state, string? search, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var rows = await Visible(db, actor, accountId).Where(row => state == null || row.State == state)
            .WhereContains(row => row.PersonName + " " + row.Email, search).ToPageAsync(Newest, page, cancellation);
        var proven = await ProvenAsync(db, rows.Items, cancellation);
        return rows.Map(row => View(row, proven));
    }

    public async Task<Verdict<Item>> FindAsync(Actor actor, long accountId, long requestId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        return await Visible(db, actor, accountId).FirstOrDefaultAsync(row => row.Id == requestId, cancellation) is { } row
            ? View(row, await ProvenAsync(db, [row], cancellation))
            : Verdict.Refused(RefusalCode.NotFound, "There is no such request in this Smart Account, or it was answered already.");
    }

    /// <summary>How many wait, for the mark in the navigation.</summary>
    public async Task<int> CountWaitingAsync(Actor actor, long accountId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        return await Visible(db, actor, accountId).Where(row => row.State == AccessRequestState.Pending).Take(MostCounted).CountAsync(cancellation);
    }

    private static IQueryable<AccessRequest> Visible(PurserContext db, Actor actor, long accountId)
    {
        var reach = actor.ReachOf(Permission.AccessRequestView, accountId);
        var rows = db.AccessRequests.Where(row => row.AccountId == accountId && reach.Any);
        return reach.IsWhole ? rows : rows.Where(row => row.State == AccessRequestState.Pending);
    }

    private static Task<HashSet<long>> ProvenAsync(PurserContext db, IReadOnlyList<AccessRequest> rows, CancellationToken cancellation)
    {
        var ids = rows.Select(row => row.PersonId).ToList();
        return db.Users.Where(person => ids.Contains(person.Id) && person.EmailConfirmed).Select(person => person.Id).ToHashSetAsync(cancellation);
    }

    private static Item View(AccessRequest row, HashSet<long> proven) => new(
        row.Id, row.PersonId, row.PersonName, row.Email, row.Note, row.State, row.RequestedAt, row.DecidedAt, row.DecidedBy, row.Reason, row.Given)
    {
        IsAddressProven = proven.Contains(row.PersonId),
    };
}
