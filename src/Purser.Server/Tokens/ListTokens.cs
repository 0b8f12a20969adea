using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Tokens;

/// <summary>Registration tokens, newest first (TK-02): of one virtual account or of all that the caller can see. Their texts only for those who manage them.</summary>
public sealed class ListTokens(Database database, DomainClock clock, TokenBook book)
{
    private static readonly Keyset<RegistrationToken> NewestFirst = Keyset.Descending((RegistrationToken row) => row.Id);

    /// <param name="Token">Null for viewers: who has the text can register devices.</param>
    /// <param name="UsesLeft">Null: any number.</param>
    public sealed record Item(
        long Id,
        long VirtualAccountId,
        string? Token,
        TokenState State,
        DateTimeOffset ExpiresAt,
        int? UsesLeft,
        int Uses,
        string Description,
        bool ExportControlled,
        string CreatedBy,
        DateTimeOffset CreatedAt,
        DateTimeOffset? RevokedAt,
        DateTimeOffset? LastUsedAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/accounts/{account}/tokens", async ([AsParameters] PageRequest page, ListTokens list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(context.Actor(), context.Account().Id, null, page, context.RequestAborted)))
            .Requires(Permission.TokenView)
            .WithSummary("List the registration tokens of all virtual accounts that you may see").WithTags("Registration tokens");
        routes.MapGet("/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}/tokens", async (
            long virtualAccount, [AsParameters] PageRequest page, ListTokens list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, page, context.RequestAborted)))
            .Requires(Permission.TokenView)
            .WithSummary("List the registration tokens of a virtual account").WithTags("Registration tokens");
    }

    public async Task<Page<Item>> HandleAsync(
        Actor actor, long accountId, long? virtualAccountId, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var rows = db.RegistrationTokens.Where(row => row.AccountId == accountId);
        var reach = actor.ReachOf(Permission.TokenView, accountId);
        if (virtualAccountId is { } id)
        {
            rows = reach.Covers(id) ? rows.Where(row => row.VirtualAccountId == id) : rows.Where(_ => false);
        }
        else if (!reach.IsWhole)
        {
            var ids = reach.VirtualAccountIds.ToList();
            rows = rows.Where(row => ids.Contains(row.VirtualAccountId));
        }

        var manage = actor.ReachOf(Permission.TokenManage, accountId);
        var now = clock.Now;
        return (await rows.ToPageAsync(NewestFirst, page, cancellation)).Map(row => new Item(
            row.Id,
            row.VirtualAccountId,
            manage.Covers(row.VirtualAccountId) ? book.TextOf(row) : null,
            TokenRules.StateOf(row, now),
            row.ExpiresAt,
            row.MaximumUses - row.Uses,
            row.Uses,
            row.Description,
            row.ExportControlled,
            row.CreatedBy,
            row.CreatedAt,
            row.RevokedAt,
            row.LastUsedAt));
    }
}
