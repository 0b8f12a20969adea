using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>Requested Smart Accounts: one's own, and those that wait for one's own approval; all of them for the operator.</summary>
public sealed class ListAccountRequests(Database database, TimeProvider machine)
{
    private const int MostOfOwn = 50;

    private static readonly Keyset<AccountRequest> NewestFirst = Keyset.Descending((AccountRequest row) => row.Id);

    public sealed record Item(
        long Id, string Name, string Domain, AccountRequestState State, RequestAuthority Authority, string Requester, string RequesterEmail, string ApproverEmail,
        DateTimeOffset RequestedAt)
    {
        /// <summary>The approver has let the link's time pass.</summary>
        public bool IsExpired { get; init; }
        public AccountType Type { get; init; }
        public string DomainReason { get; init; } = "";
        public string Note { get; init; } = "";
        public string DeclineReason { get; init; } = "";
        public string DecidedBy { get; init; } = "";

        /// <summary>Waits for the caller's own approval.</summary>
        public bool IsMineToApprove { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/account-requests", async (ListAccountRequests list, HttpContext context) =>
                TypedResults.Ok(new { items = await list.OwnAsync(context.Actor(), context.RequestAborted) }))
            .Requires(Permission.SignedIn)
            .WithSummary("List the Smart Accounts that you requested or are asked to approve, newest first")
            .WithTags("Account requests");
        routes.MapGet(
                "/api/v1/operator/account-requests",
                async (string? search, AccountRequestState? state, [AsParameters] PageRequest page, ListAccountRequests list, HttpContext context) =>
                    TypedResults.Ok(await list.HandleAsync(search, state, page, context.RequestAborted)))
            .Requires(Permission.AccountList)
            .WithSummary("List all requested Smart Accounts, newest first")
            .WithTags("Account requests");
    }

    public async Task<IReadOnlyList<Item>> OwnAsync(Actor actor, CancellationToken cancellation = default)
    {
        if (actor.Kind != ActorKind.Person)
        {
            return [];
        }

        await using var db = database.Read();
        var rows = await db.AccountRequests.Where(row => row.RequesterId == actor.Id || row.ApproverId == actor.Id)
            .OrderByDescending(row => row.Id).Take(MostOfOwn).ToListAsync(cancellation);
        return rows.Select(row => Describe(row) with
        {
            IsMineToApprove = row.ApproverId == actor.Id && row.State == AccountRequestState.AwaitingApprover && !row.IsExpired(machine.GetUtcNow()),
        }).ToList();
    }

    public async Task<Page<Item>> HandleAsync(string? search, AccountRequestState? state, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var rows = db.AccountRequests.Where(row => state == null || row.State == state).WhereContains(row => row.Domain + " " + row.Name, search);
        return (await rows.ToPageAsync(NewestFirst, page, cancellation)).Map(Describe);
    }

    public async Task<Item?> FindAsync(long id, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await db.AccountRequests.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } row ? Describe(row) : null;
    }

    /// <summary>What the approver's page shows, or why it shows nothing.</summary>
    public async Task<Verdict<AccountRequest>> OpenAsync(Actor actor, string? code, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await ApproverDoor.OpenAsync(db, actor, code, machine.GetUtcNow(), cancellation);
    }

    private Item Describe(AccountRequest row) => new(
        row.Id, row.Name, row.Domain, row.State, row.Authority, row.RequesterName, row.RequesterEmail, row.ApproverEmail, row.RequestedAt)
    {
        IsExpired = row.IsExpired(machine.GetUtcNow()),
        Type = row.Type,
        DomainReason = row.DomainReason,
        Note = row.Note,
        DeclineReason = row.DeclineReason,
        DecidedBy = row.DecidedBy,
    };
}
