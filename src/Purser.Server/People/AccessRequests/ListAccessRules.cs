using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>The rules that answer requests for access by themselves. There are few of them, so the list is whole.</summary>
public sealed class ListAccessRules(Database database)
{
    /// <param name="Does">"approved with Virtual Account User in Stockholm", "declined".</param>
    /// <param name="IsBroken">It names a virtual account that is not there any more: requests wait for an administrator.</param>
    public sealed record Item(string MailDomain, Access? Access, string Does, string Reason, bool IsBroken);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/accounts/{account}/access-rules", async (ListAccessRules list, HttpContext context) =>
            TypedResults.Ok(new { items = await list.HandleAsync(context.Account().Id, context.RequestAborted) }))
        .Requires(Permission.AccessRuleManage).WithSummary("List the rules that answer requests for access by themselves").WithTags("Access requests");

    public async Task<IReadOnlyList<Item>> HandleAsync(long accountId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var items = new List<Item>();
        foreach (var rule in await db.AccessRules.Where(row => row.AccountId == accountId).OrderBy(row => row.MailDomain).ToListAsync(cancellation))
        {
            var access = rule.Access;
            items.Add(new Item(
                rule.MailDomain, access, access is null ? "declined" : $"approved with {await access.WordsAsync(db, accountId, cancellation)}", rule.Reason,
                access is not null && (await access.MissingAsync(db, accountId, cancellation)).Count > 0));
        }

        return items;
    }
}
