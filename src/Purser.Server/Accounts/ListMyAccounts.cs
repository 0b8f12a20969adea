using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>The Smart Accounts in which the caller has a role: domain, alerts, own roles with the number of people per role (SA-14; domain rules 12.5).</summary>
public sealed class ListMyAccounts(Database database, CountAlerts count)
{
    public sealed record Item(long Id, string Domain, string Name, AccountType Type, AccountStatus Status, int MajorAlerts, int MinorAlerts, IReadOnlyList<RoleCount> Roles);

    /// <param name="People">How many people have this role in the account, the caller included.</param>
    public sealed record RoleCount(Role Role, string Name, int People);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/accounts", async (ListMyAccounts list, HttpContext context) =>
            TypedResults.Ok(new { items = await list.HandleAsync(context.Actor(), context.RequestAborted) }))
        .Requires(Permission.SignedIn)
            .WithSummary("List the Smart Accounts in which you have a role, with alerts and roles")
        .WithTags("Accounts");

    public Task<IReadOnlyList<Item>> HandleAsync(Actor actor, CancellationToken cancellation = default) => HandleAsync(actor, withPeople: true, cancellation);

    /// <param name="withPeople">False where nobody looks at the numbers of people: the frame of every page need not count a hundred thousand of them.</param>
    public async Task<IReadOnlyList<Item>> HandleAsync(Actor actor, bool withPeople, CancellationToken cancellation)
    {
        var ids = actor.Grants.Select(grant => grant.AccountId).Distinct().ToList();
        await using var db = database.Read();
        var accounts = await db.Accounts.Where(account => ids.Contains(account.Id))
            .OrderBy(account => account.Name).ThenBy(account => account.Id).ToListAsync(cancellation);
        var people = withPeople ? await CountPeopleAsync(db, ids, cancellation) : [];
        var alerts = await count.HandleAsync(actor, ids, cancellation);
        return accounts.Select(account => new Item(
            account.Id,
            account.Domain,
            account.Name,
            account.Type,
            account.Status,
            alerts.GetValueOrDefault(account.Id)?.Major ?? 0,
            alerts.GetValueOrDefault(account.Id)?.Minor ?? 0,
            actor.Grants.Where(grant => grant.AccountId == account.Id).Select(grant => grant.Role).Distinct().Order()
                .Select(role => new RoleCount(role, role.Display(), people.GetValueOrDefault((account.Id, role)))).ToList())).ToList();
    }

    /// <summary>People per role, each once however often she has it: by herself, through user groups, in several virtual accounts.</summary>
    private static Task<Dictionary<(long, Role), int>> CountPeopleAsync(PurserContext db, IReadOnlyList<long> accountIds, CancellationToken cancellation)
    {
        var grants = db.RoleGrants.Where(grant => accountIds.Contains(grant.AccountId));
        var own = grants.Where(grant => grant.PersonId != null).Select(grant => new { grant.AccountId, grant.Role, grant.PersonId });
        var throughGroups = grants.Join(
            db.UserGroupMembers, grant => grant.GroupId, member => member.GroupId, (grant, member) => new { grant.AccountId, grant.Role, PersonId = (long?)member.PersonId });
        return own.Union(throughGroups).GroupBy(held => new { held.AccountId, held.Role })
            .Select(group => new { group.Key.AccountId, group.Key.Role, Count = group.Count() })
            .ToDictionaryAsync(row => (row.AccountId, row.Role), row => row.Count, cancellation);
    }
}
