using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>What becomes of roles for a whole Smart Account when its virtual accounts go to another one.</summary>
public enum WholeRoles
{
    /// <summary>They hold over there for the virtual accounts that came: nobody sees more than before.</summary>
    VirtualAccounts,

    /// <summary>They hold over there for the whole account.</summary>
    Same,
}

/// <summary>
/// People go with virtual accounts to another Smart Account (SA-15). Roles in a virtual account go with it, if their holder comes along. Who
/// has a role for the whole account keeps it there, and gets one over there. User groups stay where they are at home: their members get over there
/// what they had by them.
/// </summary>
/// <param name="places">The virtual accounts that go; <paramref name="tops"/> are those with none of them above.</param>
/// <param name="people">Who comes along; null is everybody.</param>
internal sealed class RoleMove(WriteScope scope, AccountMerger merger, IReadOnlyCollection<long> places, IReadOnlyCollection<long> tops, IReadOnlySet<long>? people)
{
    private readonly List<string> given = [];
    private readonly List<string> taken = [];
    private readonly Dictionary<long, string> names = [];
    private ILookup<long, long> members = Array.Empty<(long, long)>().ToLookup(pair => pair.Item1, pair => pair.Item2);

    public IReadOnlyList<string> Given => given;

    public IReadOnlyList<string> Taken => taken;

    private PurserContext Db => scope.Db;

    public async Task RunAsync(WholeRoles mode, CancellationToken cancellation)
    {
        var (from, into) = (merger.FromAccountId, merger.IntoAccountId);
        var grants = await Db.RoleGrants
            .Where(row => row.AccountId == from && (row.VirtualAccountId == null ? row.ClientId == null : places.Contains(row.VirtualAccountId.Value)))
            .OrderBy(row => row.Id).ToListAsync(cancellation);
        await FindMembersAsync(grants, cancellation);
        var ids = grants.SelectMany(Holders).ToHashSet();
        foreach (var person in await Db.Users.Where(row => ids.Contains(row.Id)).Select(row => new { row.Id, row.DisplayName, row.Email }).ToListAsync(cancellation))
        {
            names[person.Id] = $"{person.DisplayName} ({person.Email})";
        }

        var present = (await Db.RoleGrants.Where(row => row.AccountId == into && row.PersonId != null).ToListAsync(cancellation))
            .Select(row => (row.PersonId!.Value, row.Role, row.VirtualAccountId)).ToHashSet();
        foreach (var grant in grants.Where(row => row.VirtualAccountId is not null))
        {
            Carry(grant, present);
        }

        // Given after the others have come, so that nobody gets one twice.
        foreach (var grant in grants.Where(row => row.VirtualAccountId is null))
        {
            foreach (var person in Holders(grant).Where(ComesAlong))
            {
                GiveOverThere(person, grant.Role, mode, present);
            }
        }

        await Db.SaveChangesAsync(cancellation);
    }

    private async Task FindMembersAsync(List<RoleGrant> grants, CancellationToken cancellation)
    {
        var groups = grants.Where(row => row.GroupId is not null).Select(row => row.GroupId!.Value).ToHashSet();
        members = (await Db.UserGroupMembers.Where(row => groups.Contains(row.GroupId)).ToListAsync(cancellation)).ToLookup(row => row.GroupId, row => row.PersonId);
    }

    private IEnumerable<long> Holders(RoleGrant grant) => grant.PersonId is { } person ? [person] : grant.GroupId is { } group ? members[group] : [];

    private bool ComesAlong(long person) => people is null || people.Contains(person);

    private void Carry(RoleGrant grant, HashSet<(long, Role, long?)> present)
    {
        Db.RoleGrants.Remove(grant);
        if (grant.PersonId is { } own && ComesAlong(own))
        {
            Db.RoleGrants.Add(Copy(grant, merger.IntoAccountId));
            present.Add((own, grant.Role, grant.VirtualAccountId));
            return;
        }

        // A program acts for the account that made it, so it stays behind.
        Db.MergedRoles.Add(Record(grant, isGiven: false));
        taken.Add(grant switch
        {
            { PersonId: { } person } => $"{names[person]}: {grant.Role.Display()}",
            { GroupId: { } group } => $"User group {group}: {grant.Role.Display()}, which its members get themselves",
            _ => $"API client {grant.ClientId}: {grant.Role.Display()}",
        });
        foreach (var member in Holders(grant).Where(ComesAlong))
        {
            Give(member, grant.Role, grant.VirtualAccountId, grant.IncludesChildren, present);
        }
    }

    private void GiveOverThere(long person, Role held, WholeRoles mode, HashSet<(long, Role, long?)> present)
    {
        if (mode == WholeRoles.Same)
        {
            Give(person, held, null, false, present);
        }
        else if (Narrowed(held) is { } role)
        {
            foreach (var top in tops)
            {
                Give(person, role, top, true, present);
            }
        }
        else
        {
            taken.Add($"{names[person]}: {held.Display()} is for a whole account only; no role over there");
        }
    }

    private void Give(long person, Role role, long? place, bool includesChildren, HashSet<(long, Role, long?)> present)
    {
        if (!present.Add((person, role, place)))
        {
            return;
        }

        var grant = new RoleGrant
        {
            AccountId = merger.IntoAccountId, Id = scope.NextId(IdKind.Grant), PersonId = person, Role = role, VirtualAccountId = place, IncludesChildren = includesChildren,
            GrantedAt = scope.Now, GrantedBy = scope.Actor.ShownName,
        };
        Db.RoleGrants.Add(grant);
        Db.MergedRoles.Add(Record(grant, isGiven: true));
        given.Add($"{names[person]}: {role.Display()}");
        scope.Journal(merger.IntoAccountId).Append(PeopleEvents.RoleGranted(names[person], role), AccountEvents.About(place));
    }

    /// <summary>The same in a virtual account; an approver's work is for a whole account only.</summary>
    private static Role? Narrowed(Role role) => role switch
    {
        Role.SmartAccountAdministrator => Role.VirtualAccountAdministrator,
        Role.SmartAccountUser => Role.VirtualAccountUser,
        Role.SmartAccountViewer => Role.VirtualAccountViewer,
        _ => null,
    };

    /// <summary>Back to how it was: what was given ends, what goes with the virtual accounts goes back, what was taken is there again.</summary>
    public static async Task UndoAsync(WriteScope scope, AccountMerger merger, IReadOnlyCollection<long> places, CancellationToken cancellation)
    {
        var db = scope.Db;
        var records = await db.MergedRoles.Where(row => row.MergerId == merger.Id).ToListAsync(cancellation);
        var givenIds = records.Where(row => row.IsGiven).Select(row => row.GrantId).ToHashSet();
        var there = await db.RoleGrants.Where(row => row.AccountId == merger.IntoAccountId
            && (givenIds.Contains(row.Id) || (row.VirtualAccountId != null && places.Contains(row.VirtualAccountId.Value)))).ToListAsync(cancellation);
        db.RoleGrants.RemoveRange(there);
        db.RoleGrants.AddRange(there.Where(row => !givenIds.Contains(row.Id) && row.PersonId is not null).Select(row => Copy(row, merger.FromAccountId)));
        db.RoleGrants.AddRange(records.Where(row => !row.IsGiven).Select(row => new RoleGrant
        {
            AccountId = merger.FromAccountId, Id = row.GrantId, PersonId = row.PersonId, ClientId = row.ClientId, GroupId = row.GroupId, Role = row.Role, VirtualAccountId = row.VirtualAccountId,
            IncludesChildren = row.IncludesChildren, GrantedAt = row.GrantedAt, GrantedBy = row.GrantedBy,
        }));
        await db.SaveChangesAsync(cancellation);
    }

    private MergedRole Record(RoleGrant grant, bool isGiven) => new()
    {
        MergerId = merger.Id, GrantId = grant.Id, IsGiven = isGiven, PersonId = grant.PersonId, ClientId = grant.ClientId, GroupId = grant.GroupId, Role = grant.Role,
        VirtualAccountId = grant.VirtualAccountId, IncludesChildren = grant.IncludesChildren, GrantedAt = grant.GrantedAt, GrantedBy = grant.GrantedBy,
    };

    private static RoleGrant Copy(RoleGrant grant, long account) => new()
    {
        AccountId = account, Id = grant.Id, PersonId = grant.PersonId, Role = grant.Role, VirtualAccountId = grant.VirtualAccountId, IncludesChildren = grant.IncludesChildren,
        GrantedAt = grant.GrantedAt, GrantedBy = grant.GrantedBy,
    };
}
