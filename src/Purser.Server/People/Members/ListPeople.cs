using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>The people of an account with their roles in it; who administers virtual accounts sees the people of these.</summary>
public sealed class ListPeople(Database database)
{
    private static readonly Keyset<Person> ByName = Keyset.Ascending((Person row) => row.DisplayName).Then(row => row.Id);

    public sealed record Item(long PersonId, string Name, string Email, bool CanSignIn, DateTimeOffset? LastSignInAt, IReadOnlyList<HeldRole> Roles);

    public sealed record HeldRole(
        long GrantId, Role Role, string Name, long? VirtualAccountId, string? VirtualAccount, bool IncludesChildren, DateTimeOffset GrantedAt, string GrantedBy);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/accounts/{account}/people", async (string? search, [AsParameters] PageRequest page, ListPeople list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(context.Actor(), context.Account().Id, search, page, context.RequestAborted)))
        .Requires(Permission.PeopleView)
            .WithSummary("List the people of the Smart Account and their roles")
        .WithTags("People");

    public async Task<Page<Item>> HandleAsync(Actor actor, long accountId, string? search, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var grants = Visible(db, actor, accountId);
        var people = await db.Users.Where(person => grants.Any(grant => grant.PersonId == person.Id))
            .WhereContains(person => person.DisplayName + " " + person.Email, search)
            .ToPageAsync(ByName, page, cancellation);
        var ids = people.Items.Select(person => (long?)person.Id).ToList();
        var held = await grants.Where(grant => ids.Contains(grant.PersonId)).ToListAsync(cancellation);
        var virtualAccountIds = held.Select(grant => grant.VirtualAccountId).ToList();
        var names = await db.VirtualAccounts.Where(row => row.AccountId == accountId && virtualAccountIds.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
        return people.Map(person => new Item(
            person.Id,
            person.DisplayName,
            person.Email!,
            person.PasswordHash is not null && !person.IsDisabled,
            person.LastSignInAt,
            held.Where(grant => grant.PersonId == person.Id).OrderBy(grant => grant.Role).ThenBy(grant => grant.Id)
                .Select(grant => RoleOf(grant, names)).ToList()));
    }

    private static HeldRole RoleOf(RoleGrant grant, Dictionary<long, string> names) => new(
        grant.Id,
        grant.Role,
        grant.Role.Display(),
        grant.VirtualAccountId,
        grant.VirtualAccountId is { } id ? names.GetValueOrDefault(id) : null,
        grant.IncludesChildren,
        grant.GrantedAt,
        grant.GrantedBy);

    private static IQueryable<RoleGrant> Visible(PurserContext db, Actor actor, long accountId)
    {
        var grants = db.RoleGrants.Where(grant => grant.AccountId == accountId && grant.PersonId != null);
        var reach = actor.ReachOf(Permission.PeopleView, accountId);
        if (reach.IsWhole)
        {
            return grants;
        }

        var ids = reach.VirtualAccountIds.Select(id => (long?)id).ToList();
        return grants.Where(grant => ids.Contains(grant.VirtualAccountId));
    }
}
