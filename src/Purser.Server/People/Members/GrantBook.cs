using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Who holds a role: a person or a user group.</summary>
internal sealed record GrantHolder(long? PersonId, long? GroupId, string Name)
{
    public static GrantHolder Of(Person person) => new(person.Id, null, person.DisplayName);

    public static GrantHolder Of(UserGroup group) => new(null, group.Id, group.Name);

    public static GrantHolder Of(GroupSpan span) => new(null, span.GroupId, span.GroupName);
}

/// <summary>Gives and takes roles of people and groups; always inside a command's scope, after the caller's right was judged.</summary>
internal static class GrantBook
{
    /// <summary>What the holder has there already stays one row; only whether it includes the virtual accounts below may change.</summary>
    /// <returns>How many roles are new.</returns>
    public static async Task<int> GiveAsync(WriteScope scope, long accountId, GrantHolder holder, Access access, CancellationToken cancellation, string? grantedBy = null)
    {
        var held = await scope.Db.RoleGrants.Where(row => row.AccountId == accountId && row.Role == access.Role
            && ((holder.PersonId != null && row.PersonId == holder.PersonId) || (holder.GroupId != null && row.GroupId == holder.GroupId))).ToListAsync(cancellation);
        var places = new List<long?>();
        foreach (var place in access.Places())
        {
            if (held.Find(row => row.VirtualAccountId == place) is { } known)
            {
                known.IncludesChildren = place is not null && access.IncludesChildren;
            }
            else
            {
                places.Add(place);
            }
        }

        Add(scope, accountId, holder, access, places, grantedBy);
        return places.Count;
    }

    /// <summary>New roles, of which the caller knows that the holder has none of them.</summary>
    public static void Add(WriteScope scope, long accountId, GrantHolder holder, Access access, IEnumerable<long?> places, string? grantedBy = null)
    {
        foreach (var place in places)
        {
            scope.Db.RoleGrants.Add(new RoleGrant
            {
                AccountId = accountId,
                Id = scope.NextId(IdKind.Grant),
                PersonId = holder.PersonId,
                GroupId = holder.GroupId,
                Role = access.Role,
                VirtualAccountId = place,
                IncludesChildren = place is not null && access.IncludesChildren,
                GrantedAt = scope.Now,
                GrantedBy = grantedBy ?? scope.Actor.ShownName,
            });
            scope.Journal(accountId).Append(Given(holder, access.Role), AccountEvents.About(place));
        }
    }

    public static void Take(WriteScope scope, GrantHolder holder, IEnumerable<RoleGrant> grants)
    {
        foreach (var grant in grants)
        {
            scope.Db.RoleGrants.Remove(grant);
            scope.Journal(grant.AccountId).Append(Taken(holder, grant.Role), AccountEvents.About(grant.VirtualAccountId));
        }
    }

    private static Events.EventText Given(GrantHolder holder, Role role) =>
        holder.GroupId is null ? PeopleEvents.RoleGranted(holder.Name, role) : GroupEvents.RoleGiven(holder.Name, role);

    private static Events.EventText Taken(GrantHolder holder, Role role) =>
        holder.GroupId is null ? PeopleEvents.RoleRemoved(holder.Name, role) : GroupEvents.RoleTaken(holder.Name, role);
}
