using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People.SignIn.SecondFactor;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Loads who acts, with every right that the rows give, children of virtual accounts expanded.</summary>
public sealed class ActorSource(Database database, SecondFactorRule secondFactor, PurserSettings settings)
{
    /// <summary>Null where there is no such person or she may not sign in any more.</summary>
    public async Task<Actor?> PersonAsync(long personId, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var person = await db.Users.Where(row => row.Id == personId && !row.IsDisabled)
            .Select(row => new
            {
                row.Id, row.DisplayName, row.TwoFactorEnabled, Roles = db.OperatorGrants.Where(grant => grant.PersonId == row.Id).Select(grant => grant.Role).ToList(),
            }).FirstOrDefaultAsync(cancellation);
        if (person is null)
        {
            return null;
        }

        var grants = await db.RoleGrants.Where(row => row.PersonId == personId).Concat(ThroughGroups(db, personId)).ToListAsync(cancellation);
        return new Actor(ActorKind.Person, person.Id, person.DisplayName)
        {
            IsStaff = person.Roles.Count > 0,
            StaffName = settings.Vendor.SupportName,
            MustEnrol = await secondFactor.MustEnrolAsync(personId, person.TwoFactorEnabled, cancellation),
            OperatorRoles = person.Roles,
            Grants = await ExpandAsync(db, grants, cancellation),
        };
    }

    /// <summary>A program with the roles of its own.</summary>
    public async Task<Actor> ClientAsync(ApiClient client, IReadOnlySet<ApiScope> scopes, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var grants = await db.RoleGrants
            .Where(row => row.AccountId == client.AccountId && row.ClientId == client.Id).ToListAsync(cancellation);
        return new Actor(ActorKind.Client, client.Id, client.Name)
        {
            IsStaff = client.OperatorRole is not null,
            StaffName = settings.Vendor.SupportName,
            OperatorRoles = client.OperatorRole is { } role ? [role] : [],
            Grants = await ExpandAsync(db, grants, cancellation),
            Scopes = scopes,
        };
    }

    /// <summary>The roles of the groups in which somebody is, in whichever Smart Account.</summary>
    public static IQueryable<RoleGrant> ThroughGroups(PurserContext db, long personId) =>
        from member in db.UserGroupMembers
        join grant in db.RoleGrants.IgnoreQueryFilters() on (long?)member.GroupId equals grant.GroupId
        where member.PersonId == personId
        select grant;

    private static async Task<IReadOnlyList<Grant>> ExpandAsync(PurserContext db, List<RoleGrant> rows, CancellationToken cancellation)
    {
        var trees = new Dictionary<long, VirtualAccountTree>();
        foreach (var accountId in rows.Where(WithChildren).Select(row => row.AccountId).Distinct())
        {
            trees[accountId] = await VirtualAccountTree.LoadAsync(db, accountId, cancellation);
        }

        return rows.Select(row => new Grant(row.AccountId, row.Role, Reach(row))).ToList();

        IReadOnlySet<long>? Reach(RoleGrant row) => row switch
        {
            { VirtualAccountId: null } => null,
            { VirtualAccountId: { } id } when WithChildren(row) => trees[row.AccountId].WithDescendants(id),
            { VirtualAccountId: { } id } => new HashSet<long> { id },
        };
    }

    /// <summary>The administrator of a virtual account administers what lies below it in any case (domain rules 12.3).</summary>
    private static bool WithChildren(RoleGrant row) =>
        row.VirtualAccountId is not null && (row.IncludesChildren || row.Role == Role.VirtualAccountAdministrator);
}
