using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// "Company Users": everybody here whose mail address is of the company's domain or of one below it, with a role or without (SA-07). What the company
/// owns of the account's domain decides, as it does for duplicates: "acme.example" of "holding.acme.example". For those who see all people of the
/// account; at a public mail domain strangers share the domain, so there it is nobody.
/// </summary>
public sealed class ListCompanyPeople(Database database)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/accounts/{account}/company-people", async (string? search, [AsParameters] PageRequest page, ListCompanyPeople list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(context.Actor(), context.Account().Id, search, page, context.RequestAborted)))
        .Requires(Permission.PeopleView)
        .WithSummary("List everybody whose mail address is of the account's domain, with a role here or without; sub-domains count")
        .WithTags("People");

    public async Task<Page<ListPeople.Item>> HandleAsync(Actor actor, long accountId, string? search, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var people = await (await PeopleAsync(db, actor, accountId, cancellation)).WhereFound(db, search)
            .ToPageAsync(ListPeople.ByName, page, cancellation);
        return await ListPeople.DescribeAsync(db, actor, accountId, people, cancellation);
    }

    internal static async Task<IQueryable<Person>> PeopleAsync(PurserContext db, Actor actor, long accountId, CancellationToken cancellation)
    {
        var account = await db.Accounts.FirstAsync(row => row.Id == accountId, cancellation);
        var isOwn = actor.ReachOf(Permission.PeopleView, accountId).IsWhole && account.Type != AccountType.LimitedUse && !PublicMailDomains.Contains(account.RootDomain);
        return db.Users.Where(person => isOwn && person.MailDomain == account.RootDomain);
    }
}
