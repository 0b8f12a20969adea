using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// The user groups that work in an account: its own ones, and those of others that were let in. Who administers virtual accounts sees the
/// groups that have a role in these.
/// </summary>
public sealed class ListGroups(Database database)
{
    private static readonly Keyset<UserGroup> ByName = Keyset.Ascending((UserGroup row) => row.NameKey).Then(row => row.Id);

    private static readonly Keyset<Person> ByPerson = Keyset.Ascending((Person row) => row.DisplayName).Then(row => row.Id);

    public sealed record Item(long Id, string Name, string Description, int Members, IReadOnlyList<GroupRole> Roles, int OtherAccounts);

    public sealed record GroupRole(long GrantId, Role Role, string Name, long? VirtualAccountId, string? VirtualAccount, bool IncludesChildren);

    /// <param name="Spans">Other Smart Accounts that were asked, with their answers.</param>
    public sealed record Detail(Item Group, IReadOnlyList<Span> Spans);

    public sealed record Span(string Domain, string Account, GroupSpanState State, string LookupId, DateTimeOffset RequestedAt, string AnsweredBy, string Reason);

    /// <summary>A group of another Smart Account that works here, or asks to.</summary>
    public sealed record External(
        long GroupId, string Name, string Domain, string Account, GroupSpanState State, string LookupId, string Note, string RequestedBy, DateTimeOffset RequestedAt,
        int Members, IReadOnlyList<GroupRole> Roles);

    public sealed record Member(long PersonId, string Name, string Email, DateTimeOffset? LastSignInAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/accounts/{account}/groups", async (string? search, [AsParameters] PageRequest page, ListGroups list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(context.Actor(), context.Account().Id, search, page, context.RequestAborted)))
            .Requires(Permission.PeopleView).WithSummary("List the user groups of the Smart Account with their roles").WithTags("User groups");
        routes.MapGet("/api/v1/accounts/{account}/groups/{group:long}", async (long group, ListGroups list, HttpContext context) =>
            (await list.FindAsync(context.Actor(), context.Account().Id, group, context.RequestAborted)).ToHttp())
            .Requires(Permission.PeopleView).WithSummary("Show a user group, its roles, and the other Smart Accounts it was offered to").WithTags("User groups");
        routes.MapGet("/api/v1/accounts/{account}/groups/{group:long}/members", async (long group, string? search, [AsParameters] PageRequest page, ListGroups list, HttpContext context) =>
            (await list.MembersAsync(context.Actor(), context.Account().Id, group, search, page, context.RequestAborted)).ToHttp())
            .Requires(Permission.PeopleView).WithSummary("List the members of a user group").WithTags("User groups");
        routes.MapGet("/api/v1/accounts/{account}/external-groups", async (ListGroups list, HttpContext context) =>
            TypedResults.Ok(new { items = await list.ExternalAsync(context.Actor(), context.Account().Id, context.RequestAborted) }))
            .Requires(Permission.PeopleView).WithSummary("List the user groups of other Smart Accounts that work here or ask to").WithTags("User groups");
    }

    public async Task<Page<Item>> HandleAsync(Actor actor, long accountId, string? search, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var groups = await Visible(db, actor, accountId).WhereContains(row => row.Name + " " + row.Description, search).ToPageAsync(ByName, page, cancellation);
        var items = await ItemsAsync(db, actor, accountId, groups.Items, cancellation);
        return new Page<Item>(items, groups.Next, groups.Previous, groups.Total);
    }

    public async Task<Verdict<Detail>> FindAsync(Actor actor, long accountId, long groupId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        if (await Visible(db, actor, accountId).FirstOrDefaultAsync(row => row.Id == groupId, cancellation) is not { } group)
        {
            return GroupBook.NotFound();
        }

        var spans = !actor.ReachOf(Permission.PeopleView, accountId).IsWhole ? [] : await db.GroupSpans.Where(row => row.GroupId == groupId)
            .Join(db.Accounts, span => span.TargetAccountId, account => account.Id, (span, account) => new { Span = span, account.Domain, account.Name })
            .OrderBy(row => row.Domain).ToListAsync(cancellation);
        return new Detail(
            (await ItemsAsync(db, actor, accountId, [group], cancellation))[0],
            spans.ConvertAll(row => new Span(row.Domain, row.Name, row.Span.State, row.Span.LookupId, row.Span.RequestedAt, row.Span.AnsweredBy, row.Span.Reason)));
    }

    public async Task<Verdict<Page<Member>>> MembersAsync(
        Actor actor, long accountId, long groupId, string? search, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        if (!await Visible(db, actor, accountId).AnyAsync(row => row.Id == groupId, cancellation))
        {
            return GroupBook.NotFound();
        }

        var people = await db.Users.Where(person => db.UserGroupMembers.Any(member => member.GroupId == groupId && member.PersonId == person.Id))
            .WhereFound(db, search).ToPageAsync(ByPerson, page, cancellation);
        return people.Map(person => new Member(person.Id, person.DisplayName, person.Email!, person.LastSignInAt));
    }

    /// <summary>There are few of them, so the list is whole. Requests that wait are for those who can answer them.</summary>
    public async Task<IReadOnlyList<External>> ExternalAsync(Actor actor, long accountId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var isWhole = actor.ReachOf(Permission.PeopleView, accountId).IsWhole;
        var rows = await db.GroupSpans.Where(row => row.TargetAccountId == accountId
                && (row.State == GroupSpanState.Granted || (isWhole && row.State == GroupSpanState.Requested)))
            .Join(db.Accounts, span => span.HomeAccountId, account => account.Id, (span, account) => new { Span = span, account.Domain, account.Name })
            .OrderBy(row => row.Span.GroupName).ThenBy(row => row.Span.GroupId).ToListAsync(cancellation);
        var ids = rows.ConvertAll(row => row.Span.GroupId);
        var roles = await RolesAsync(db, actor, accountId, ids, cancellation);
        var members = await CountAsync(db, ids, cancellation);
        return [.. rows.Where(row => isWhole || roles.Contains(row.Span.GroupId)).Select(row => new External(
            row.Span.GroupId, row.Span.GroupName, row.Domain, row.Name, row.Span.State, row.Span.LookupId, row.Span.Note, row.Span.RequestedBy, row.Span.RequestedAt,
            members.GetValueOrDefault(row.Span.GroupId), [.. roles[row.Span.GroupId]]))];
    }

    private static async Task<IReadOnlyList<Item>> ItemsAsync(PurserContext db, Actor actor, long accountId, IReadOnlyList<UserGroup> groups, CancellationToken cancellation)
    {
        var ids = groups.Select(group => group.Id).ToList();
        var roles = await RolesAsync(db, actor, accountId, ids, cancellation);
        var members = await CountAsync(db, ids, cancellation);
        var spans = await db.GroupSpans.Where(row => ids.Contains(row.GroupId) && row.State == GroupSpanState.Granted)
            .GroupBy(row => row.GroupId).Select(found => new { found.Key, Count = found.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellation);
        return [.. groups.Select(group => new Item(
            group.Id, group.Name, group.Description, members.GetValueOrDefault(group.Id), [.. roles[group.Id]], spans.GetValueOrDefault(group.Id)))];
    }

    private static async Task<ILookup<long, GroupRole>> RolesAsync(PurserContext db, Actor actor, long accountId, IReadOnlyList<long> groups, CancellationToken cancellation)
    {
        var wanted = groups.Select(id => (long?)id).ToList();
        var grants = await GrantsIn(db, actor, accountId).Where(row => wanted.Contains(row.GroupId)).OrderBy(row => row.Role).ThenBy(row => row.Id).ToListAsync(cancellation);
        var places = grants.Select(row => row.VirtualAccountId).Distinct().ToList();
        var names = await db.VirtualAccounts.Where(row => row.AccountId == accountId && places.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
        return grants.ToLookup(row => row.GroupId!.Value, row => new GroupRole(
            row.Id, row.Role, row.Role.Display(), row.VirtualAccountId, row.VirtualAccountId is { } id ? names.GetValueOrDefault(id) : null, row.IncludesChildren));
    }

    private static Task<Dictionary<long, int>> CountAsync(PurserContext db, IReadOnlyList<long> groups, CancellationToken cancellation) =>
        db.UserGroupMembers.Where(row => groups.Contains(row.GroupId)).GroupBy(row => row.GroupId).Select(found => new { found.Key, Count = found.Count() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, cancellation);

    private static IQueryable<UserGroup> Visible(PurserContext db, Actor actor, long accountId)
    {
        var groups = db.UserGroups.Where(row => row.AccountId == accountId);
        var grants = GrantsIn(db, actor, accountId);
        return actor.ReachOf(Permission.PeopleView, accountId).IsWhole ? groups : groups.Where(row => grants.Any(grant => grant.GroupId == row.Id));
    }

    private static IQueryable<RoleGrant> GrantsIn(PurserContext db, Actor actor, long accountId)
    {
        var grants = db.RoleGrants.Where(row => row.AccountId == accountId && row.GroupId != null);
        var reach = actor.ReachOf(Permission.PeopleView, accountId);
        if (reach.IsWhole)
        {
            return grants;
        }

        var ids = reach.VirtualAccountIds.Select(id => (long?)id).ToList();
        return grants.Where(grant => ids.Contains(grant.VirtualAccountId));
    }
}
