using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.Sources;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>How somebody came to a role: the filter of the list of people.</summary>
public enum HeldThrough
{
    Own,
    Groups,
}

/// <summary>
/// The people of an account with their roles in it, their own ones and those through user groups; who administers virtual accounts sees the
/// people of these.
/// </summary>
public sealed class ListPeople(Database database)
{
    internal static readonly Keyset<Person> ByName = Keyset.Ascending((Person row) => row.DisplayName).Then(row => row.Id);

    public sealed record Item(long PersonId, string Name, string Email, bool CanSignIn, DateTimeOffset? LastSignInAt, IReadOnlyList<HeldRole> Roles)
    {
        /// <summary>The identity provider or directory that keeps her password; null where it is kept here.</summary>
        public string? Source { get; init; }

        /// <summary>The source that provisions her has ended her sign-in; her roles wait for her return.</summary>
        public bool IsEnded { get; init; }
    }

    /// <param name="Group">The user group that gives it; null for an own role.</param>
    public sealed record HeldRole(
        long GrantId, Role Role, string Name, long? VirtualAccountId, string? VirtualAccount, bool IncludesChildren, DateTimeOffset GrantedAt, string GrantedBy,
        long? GroupId, string? Group)
    {
        /// <summary>It follows from a group at a sign-in source, and goes with it.</summary>
        public bool IsFromSource { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/accounts/{account}/people", async (string? search, HeldThrough? through, [AsParameters] PageRequest page, ListPeople list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(context.Actor(), context.Account().Id, search, page, through, context.RequestAborted)))
        .Requires(Permission.PeopleView)
            .WithSummary("List the people of the Smart Account and their roles")
            .WithDescription("through=Own or through=Groups narrows the list to people with roles of their own, or through user groups.")
        .WithTags("People");

    public async Task<Page<Item>> HandleAsync(
        Actor actor, long accountId, string? search, PageRequest page, HeldThrough? through = null, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var people = await People(db, actor, accountId, through).WhereFound(db, search)
            .ToPageAsync(ByName, page, cancellation);
        return await DescribeAsync(db, actor, accountId, people, cancellation);
    }

    /// <summary>Those with a role that the reader sees.</summary>
    internal static IQueryable<Person> People(PurserContext db, Actor actor, long accountId, HeldThrough? through)
    {
        var grants = Grants(db, actor, accountId);
        return through switch
        {
            HeldThrough.Own => db.Users.Where(person => grants.Any(grant => grant.PersonId == person.Id)),
            HeldThrough.Groups => db.Users.Where(person => db.UserGroupMembers.Any(
                member => member.PersonId == person.Id && grants.Any(grant => grant.GroupId == member.GroupId))),
            _ => db.Users.Where(person => grants.Any(grant => grant.PersonId == person.Id)
                || db.UserGroupMembers.Any(member => member.PersonId == person.Id && grants.Any(grant => grant.GroupId == member.GroupId))),
        };
    }

    internal static async Task<Page<Item>> DescribeAsync(PurserContext db, Actor actor, long accountId, Page<Person> people, CancellationToken cancellation)
    {
        var held = await HeldAsync(db, actor, accountId, [.. people.Items.Select(person => person.Id)], cancellation);
        var sources = await db.SignInSources.ToListAsync(cancellation);
        return people.Map(person =>
        {
            var source = sources.Find(row => row.Id == person.SourceId) ?? sources.Find(row => row is { IsEnabled: true, ReplacesPasswords: true } && row.AnswersFor(person.Email!));
            return new Item(
                person.Id, person.DisplayName, person.Email!, (person.PasswordHash is not null || source is not null) && !person.IsDisabled, person.LastSignInAt, [.. held[person.Id]])
            {
                IsEnded = person.IsDisabled, Source = source?.Name,
            };
        });
    }

    internal static async Task<ILookup<long, HeldRole>> HeldAsync(PurserContext db, Actor actor, long accountId, List<long> people, CancellationToken cancellation)
    {
        var wanted = people.ConvertAll(id => (long?)id);
        var grants = Grants(db, actor, accountId);
        var own = await grants.Where(grant => wanted.Contains(grant.PersonId)).ToListAsync(cancellation);
        var throughGroups = await grants.Join(
                db.UserGroupMembers.Where(member => people.Contains(member.PersonId)), grant => grant.GroupId, member => member.GroupId,
                (grant, member) => new { Grant = grant, member.PersonId })
            .ToListAsync(cancellation);
        var all = own.Select(grant => (PersonId: grant.PersonId!.Value, Grant: grant)).Concat(throughGroups.Select(row => (row.PersonId, row.Grant))).ToList();
        var placeIds = all.Select(row => row.Grant.VirtualAccountId).Distinct().ToList();
        var groupIds = all.Select(row => row.Grant.GroupId).Distinct().ToList();
        var places = await db.VirtualAccounts.Where(row => row.AccountId == accountId && placeIds.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
        var groups = await db.UserGroups.Where(row => row.AccountId == accountId && groupIds.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
        foreach (var span in await db.GroupSpans.Where(row => row.TargetAccountId == accountId && groupIds.Contains(row.GroupId)).ToListAsync(cancellation))
        {
            groups.TryAdd(span.GroupId, span.GroupName);
        }

        return all.OrderBy(row => row.Grant.GroupId is not null).ThenBy(row => row.Grant.Role).ThenBy(row => row.Grant.Id).ToLookup(row => row.PersonId, row => new HeldRole(
            row.Grant.Id,
            row.Grant.Role,
            row.Grant.Role.Display(),
            row.Grant.VirtualAccountId,
            row.Grant.VirtualAccountId is { } id ? places.GetValueOrDefault(id) : null,
            row.Grant.IncludesChildren,
            row.Grant.GrantedAt,
            row.Grant.GrantedBy,
            row.Grant.GroupId,
            row.Grant.GroupId is { } group ? groups.GetValueOrDefault(group) : null)
        {
            IsFromSource = row.Grant.SourceId is not null,
        });
    }

    private static IQueryable<RoleGrant> Grants(PurserContext db, Actor actor, long accountId)
    {
        var grants = db.RoleGrants.Where(grant => grant.AccountId == accountId && grant.ClientId == null);
        var reach = actor.ReachOf(Permission.PeopleView, accountId);
        if (reach.IsWhole)
        {
            return grants;
        }

        var ids = reach.VirtualAccountIds.Select(id => (long?)id).ToList();
        return grants.Where(grant => ids.Contains(grant.VirtualAccountId));
    }
}
