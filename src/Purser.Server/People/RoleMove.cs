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
/// has a role for the whole account keeps it there, and gets one over there.
/// </summary>
/// <param name="places">The virtual accounts that go; <paramref name="tops"/> are those with none of them above.</param>
/// <param name="people">Who comes along; null is everybody.</param>
internal sealed class RoleMove(WriteScope scope, AccountMerger merger, IReadOnlyCollection<long> places, IReadOnlyCollection<long> tops, IReadOnlySet<long>? people)
{
    private readonly List<string> given = [];
    private readonly List<string> taken = [];
    private readonly Dictionary<long, string> names = [];

    public IReadOnlyList<string> Given => given;

    public IReadOnlyList<string> Taken => taken;

    private PurserContext Db => scope.Db;

    public async Task RunAsync(WholeRoles mode, CancellationToken cancellation)
    {
        var (from, into) = (merger.FromAccountId, merger.IntoAccountId);
        var grants = await Db.RoleGrants
            .Where(row => row.AccountId == from && (row.VirtualAccountId == null ? row.PersonId != null : places.Contains(row.VirtualAccountId.Value)))
            .OrderBy(row => row.Id).ToListAsync(cancellation);
        var ids = grants.Select(row => row.PersonId).ToHashSet();
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
        foreach (var grant in grants.Where(row => row.VirtualAccountId is null && ComesAlong(row)))
        {
            GiveOverThere(grant, mode, present);
        }

        await Db.SaveChangesAsync(cancellation);
    }

    private bool ComesAlong(RoleGrant grant) => grant.PersonId is { } person && (people is null || people.Contains(person));

    private void Carry(RoleGrant grant, HashSet<(long, Role, long?)> present)
    {
        Db.RoleGrants.Remove(grant);
        if (ComesAlong(grant))
        {
            Db.RoleGrants.Add(Copy(grant, merger.IntoAccountId));
            present.Add((grant.PersonId!.Value, grant.Role, grant.VirtualAccountId));
            return;
        }

        // A program acts for the account that made it, so it stays behind.
        Db.MergedRoles.Add(Record(grant, isGiven: false));
        taken.Add(grant.PersonId is { } person ? $"{names[person]}: {grant.Role.Display()}" : $"API client {grant.ClientId}: {grant.Role.Display()}");
    }

    private void GiveOverThere(RoleGrant grant, WholeRoles mode, HashSet<(long, Role, long?)> present)
    {
        if (mode == WholeRoles.Same)
        {
            Give(grant, grant.Role, null, present);
        }
        else if (Narrowed(grant.Role) is { } role)
        {
            foreach (var top in tops)
            {
                Give(grant, role, top, present);
            }
        }
        else
        {
            taken.Add($"{names[grant.PersonId!.Value]}: {grant.Role.Display()} is for a whole account only; no role over there");
        }
    }

    private void Give(RoleGrant like, Role role, long? place, HashSet<(long, Role, long?)> present)
    {
        if (!present.Add((like.PersonId!.Value, role, place)))
        {
            return;
        }

        var grant = new RoleGrant
        {
            AccountId = merger.IntoAccountId, Id = scope.NextId(IdKind.Grant), PersonId = like.PersonId, Role = role, VirtualAccountId = place, IncludesChildren = place is not null,
            GrantedAt = scope.Now, GrantedBy = scope.Actor.Name,
        };
        Db.RoleGrants.Add(grant);
        Db.MergedRoles.Add(Record(grant, isGiven: true));
        given.Add($"{names[like.PersonId.Value]}: {role.Display()}");
        scope.Journal(merger.IntoAccountId).Append(PeopleEvents.RoleGranted(names[like.PersonId.Value], role), AccountEvents.About(place));
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
            AccountId = merger.FromAccountId, Id = row.GrantId, PersonId = row.PersonId, ClientId = row.ClientId, Role = row.Role, VirtualAccountId = row.VirtualAccountId,
            IncludesChildren = row.IncludesChildren, GrantedAt = row.GrantedAt, GrantedBy = row.GrantedBy,
        }));
        await db.SaveChangesAsync(cancellation);
    }

    private MergedRole Record(RoleGrant grant, bool isGiven) => new()
    {
        MergerId = merger.Id, GrantId = grant.Id, IsGiven = isGiven, PersonId = grant.PersonId, ClientId = grant.ClientId, Role = grant.Role,
        VirtualAccountId = grant.VirtualAccountId, IncludesChildren = grant.IncludesChildren, GrantedAt = grant.GrantedAt, GrantedBy = grant.GrantedBy,
    };

    private static RoleGrant Copy(RoleGrant grant, long account) => new()
    {
        AccountId = account, Id = grant.Id, PersonId = grant.PersonId, Role = grant.Role, VirtualAccountId = grant.VirtualAccountId, IncludesChildren = grant.IncludesChildren,
        GrantedAt = grant.GrantedAt, GrantedBy = grant.GrantedBy,
    };
}
