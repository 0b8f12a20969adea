using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People.Sources;

/// <summary>Brings the roles that follow from groups up to date. Roles given by hand are never touched.</summary>
internal static class SourceRoleSync
{
    public sealed record Plan(IReadOnlyList<SourceRole> Give, IReadOnlyList<RoleGrant> Take)
    {
        public bool IsEmpty => Give.Count == 0 && Take.Count == 0;

        public IEnumerable<long> Accounts => Give.Select(role => role.AccountId).Concat(Take.Select(grant => grant.AccountId)).Distinct();
    }

    /// <summary>What there is to do for somebody who is in these groups.</summary>
    /// <param name="personId">Null for somebody who is not known yet.</param>
    public static async Task<Plan> MakeAsync(
        PurserContext db, long sourceId, long? personId, IReadOnlyCollection<string> groups, CancellationToken cancellation)
    {
        var held = personId is null
            ? []
            : await Held(db).Where(grant => grant.PersonId == personId).ToListAsync(cancellation);
        return Decide(await MappingsAsync(db, sourceId, cancellation), sourceId, held, groups);
    }

    /// <summary>What people hold where somebody works. A closed account is left as it is: when its merger is undone everything is as it was.</summary>
    public static IQueryable<RoleGrant> Held(PurserContext db) => db.RoleGrants.IgnoreQueryFilters()
        .Where(grant => !db.Accounts.Any(account => account.Id == grant.AccountId && account.Status == AccountStatus.Closed));

    /// <summary>Which group gives which role; what names a virtual account that has gone since, or a closed Smart Account, is left out.</summary>
    public static async Task<IReadOnlyList<SourceRole>> MappingsAsync(PurserContext db, long sourceId, CancellationToken cancellation)
    {
        var mappings = await db.SourceRoles
            .Where(role => role.SourceId == sourceId && !db.Accounts.Any(account => account.Id == role.AccountId && account.Status == AccountStatus.Closed)).ToListAsync(cancellation);
        var places = mappings.Select(role => role.VirtualAccountId).OfType<long>().ToList();
        var standing = (await db.VirtualAccounts.IgnoreQueryFilters().Where(row => places.Contains(row.Id)).Select(row => new { row.AccountId, row.Id }).ToListAsync(cancellation))
            .Select(row => (row.AccountId, row.Id)).ToHashSet();

        // After a split it may lie in another Smart Account.
        mappings.RemoveAll(role => role.VirtualAccountId is { } id && !standing.Contains((role.AccountId, id)));
        return mappings;
    }

    /// <summary>Pure: of the roles that somebody holds, which go, and which come.</summary>
    public static Plan Decide(IReadOnlyList<SourceRole> mappings, long sourceId, IReadOnlyCollection<RoleGrant> held, IReadOnlyCollection<string> groups)
    {
        // Of two groups that give the same role, the wider one counts.
        var wanted = mappings.Where(role => groups.Contains(role.GroupName, StringComparer.OrdinalIgnoreCase))
            .OrderByDescending(role => role.IncludesChildren)
            .DistinctBy(role => (role.AccountId, role.Role, role.VirtualAccountId)).ToList();
        var take = held.Where(grant => grant.SourceId == sourceId && !wanted.Exists(role => IsSame(grant, role) && grant.IncludesChildren == role.IncludesChildren)).ToList();
        var kept = held.Except(take).ToList();
        return new Plan([.. wanted.Where(role => !kept.Exists(grant => IsSame(grant, role) && (grant.IncludesChildren || !role.IncludesChildren)))], take);
    }

    /// <summary>Does it, in the accounts that the command has locked.</summary>
    public static async Task CarryOutAsync(WriteScope scope, Command command, SignInSource source, Person person, Plan plan)
    {
        foreach (var role in plan.Give.Where(role => command.Accounts.Contains(role.AccountId)))
        {
            if (await PeopleLimit.JudgeAsync(scope.Db, role.AccountId, [person.Id], newPeople: 0, CancellationToken.None) is not null)
            {
                continue;
            }

            scope.Db.RoleGrants.Add(new RoleGrant
            {
                AccountId = role.AccountId,
                Id = scope.NextId(IdKind.Grant),
                PersonId = person.Id,
                Role = role.Role,
                VirtualAccountId = role.VirtualAccountId,
                IncludesChildren = role.IncludesChildren,
                GrantedAt = scope.Now,
                GrantedBy = $"{source.Name}, group {role.GroupName}",
                SourceId = source.Id,
            });
            scope.Journal(role.AccountId).Append(PeopleEvents.RoleGranted(person.DisplayName, role.Role), AccountEvents.About(role.VirtualAccountId));
        }

        foreach (var grant in plan.Take.Where(grant => command.Accounts.Contains(grant.AccountId)))
        {
            // Somebody has to be able to let people in: the last administrator keeps the role whatever the groups say (SA-08).
            if (grant.Role == Role.SmartAccountAdministrator
                && await LastAdministrator.JudgeAsync(scope.Db, grant.AccountId, [grant.Id]) is not null)
            {
                continue;
            }

            scope.Db.RoleGrants.Remove(grant);
            scope.Journal(grant.AccountId).Append(PeopleEvents.RoleRemoved(person.DisplayName, grant.Role), AccountEvents.About(grant.VirtualAccountId));
        }
    }

    private static bool IsSame(RoleGrant grant, SourceRole role) =>
        grant.AccountId == role.AccountId && grant.Role == role.Role && grant.VirtualAccountId == role.VirtualAccountId;
}
