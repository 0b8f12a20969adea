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
/// Roles go with virtual accounts to another Smart Account (SA-15). In a merger all of them, whoever holds them. In a split those of the people who
/// come along; user groups and API clients stay, and the groups' members get over there what they had by them. Who has a role for the whole
/// account keeps it there, and gets one over there.
/// </summary>
/// <param name="places">The virtual accounts that go; <paramref name="tops"/> are those with none of them above.</param>
/// <param name="people">Who comes along in a split; null is everybody.</param>
internal sealed class RoleMove(WriteScope scope, AccountMerger merger, IReadOnlyCollection<long> places, IReadOnlyCollection<long> tops, IReadOnlySet<long>? people)
{
    private readonly List<string> given = [];
    private readonly List<string> taken = [];
    private readonly HashSet<(Holder, Role, long?)> present = [];
    private readonly bool isMerger = merger.Kind == MergerKind.Merge;
    private HolderNames names = default!;
    private ILookup<long, long> members = Array.Empty<(long, long)>().ToLookup(pair => pair.Item1, pair => pair.Item2);

    public IReadOnlyList<string> Given => given;

    public IReadOnlyList<string> Taken => taken;

    private PurserContext Db => scope.Db;

    public async Task RunAsync(WholeRoles mode, CancellationToken cancellation)
    {
        var (from, into) = (merger.FromAccountId, merger.IntoAccountId);
        var grants = await Db.RoleGrants
            .Where(row => row.AccountId == from && (row.VirtualAccountId == null ? isMerger || row.ClientId == null : places.Contains(row.VirtualAccountId.Value)))
            .OrderBy(row => row.Id).ToListAsync(cancellation);
        var groups = grants.Where(row => row.GroupId is not null).Select(row => row.GroupId!.Value).ToHashSet();
        members = isMerger ? members : (await Db.UserGroupMembers.Where(row => groups.Contains(row.GroupId)).ToListAsync(cancellation)).ToLookup(row => row.GroupId, row => row.PersonId);
        names = await HolderNames.OfAsync(Db, grants, members.SelectMany(group => group), cancellation);
        foreach (var row in await Db.RoleGrants.Where(row => row.AccountId == into).ToListAsync(cancellation))
        {
            present.Add((Holder.Of(row), row.Role, row.VirtualAccountId));
        }

        foreach (var grant in grants.Where(row => row.VirtualAccountId is not null))
        {
            Carry(grant);
        }

        // Given after the others have come, so that nobody gets one twice.
        foreach (var grant in grants.Where(row => row.VirtualAccountId is null))
        {
            foreach (var holder in Holders(grant))
            {
                GiveOverThere(holder, grant, mode);
            }
        }

        await Db.SaveChangesAsync(cancellation);
    }

    /// <summary>What a role for the whole account becomes over there; null where it has no counterpart.</summary>
    public static Access? Over(Role held, WholeRoles mode, IReadOnlyCollection<long> tops) => mode == WholeRoles.Same
        ? new Access(held)
        : Narrowed(held) is { } role ? new Access(role) { VirtualAccountIds = [.. tops], IncludesChildren = true } : null;

    /// <summary>Back to how it was: what was given ends, what goes with the virtual accounts goes back, what was taken is there again.</summary>
    public static async Task UndoAsync(WriteScope scope, AccountMerger merger, IReadOnlyCollection<long> places, CancellationToken cancellation)
    {
        var db = scope.Db;
        var (from, into) = (merger.FromAccountId, merger.IntoAccountId);
        var records = await db.MergedRoles.Where(row => row.MergerId == merger.Id).ToListAsync(cancellation);
        var givenIds = records.Where(row => row.IsGiven).Select(row => row.GrantId).ToHashSet();
        var there = await db.RoleGrants.Where(row => row.AccountId == into
            && (givenIds.Contains(row.Id) || (row.VirtualAccountId != null && places.Contains(row.VirtualAccountId.Value)))).ToListAsync(cancellation);
        var back = there.Where(row => !givenIds.Contains(row.Id)).Select(row => Copy(row, from))
            .Concat(records.Where(row => !row.IsGiven).Select(row => new RoleGrant
            {
                AccountId = from, Id = row.GrantId, PersonId = row.PersonId, ClientId = row.ClientId, GroupId = row.GroupId, Role = row.Role, VirtualAccountId = row.VirtualAccountId,
                IncludesChildren = row.IncludesChildren, GrantedAt = row.GrantedAt, GrantedBy = row.GrantedBy, SourceId = row.SourceId,
            })).ToList();
        db.RoleGrants.RemoveRange(there);
        await db.SaveChangesAsync(cancellation);
        var work = await WorkersIn(db, from, cancellation);
        db.RoleGrants.AddRange(back.Where(row => row.PersonId is not null || work.Contains(Holder.Of(row))));

        await db.SaveChangesAsync(cancellation);

        // Groups and programs that have gone back work over there no more, if they did not before; and what slept in the closed account may have lost its way since.
        foreach (var account in (long[])[into, from])
        {
            var stay = await WorkersIn(db, account, cancellation);
            db.RoleGrants.RemoveRange((await db.RoleGrants.Where(row => row.AccountId == account && row.PersonId == null).ToListAsync(cancellation)).Where(row => !stay.Contains(Holder.Of(row))));
        }

        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>The user groups and API clients that may hold roles in an account: its own, and the groups that it has let in.</summary>
    private static async Task<HashSet<Holder>> WorkersIn(PurserContext db, long account, CancellationToken cancellation)
    {
        var groups = await db.UserGroups.Where(row => row.AccountId == account).Select(row => row.Id)
            .Union(db.GroupSpans.Where(row => row.TargetAccountId == account && row.State == GroupSpanState.Granted).Select(row => row.GroupId)).ToListAsync(cancellation);
        var clients = await db.ApiClients.Where(row => row.AccountId == account).Select(row => row.Id).ToListAsync(cancellation);
        return [.. groups.Select(group => new Holder(null, group, null)), .. clients.Select(client => new Holder(null, null, client))];
    }

    /// <summary>Who gets what this one gives: in a split the people behind it who come along.</summary>
    private IEnumerable<Holder> Holders(RoleGrant grant) => isMerger ? [Holder.Of(grant)]
        : (grant.PersonId is { } person ? [person] : grant.GroupId is { } group ? members[group] : [])
            .Where(id => people is null || people.Contains(id)).Select(id => new Holder(id, null, null));

    private void Carry(RoleGrant grant)
    {
        Db.RoleGrants.Remove(grant);
        var holders = Holders(grant).ToList();

        // What a source's groups give stays theirs to take in a merger, which takes the mapping along; after a split it is given by hand.
        if (isMerger || (grant is { PersonId: not null, SourceId: null } && holders.Count > 0))
        {
            Db.RoleGrants.Add(Copy(grant, merger.IntoAccountId));
            present.Add((Holder.Of(grant), grant.Role, grant.VirtualAccountId));
            return;
        }

        Db.MergedRoles.Add(Record(grant, isGiven: false));
        taken.Add($"{names.Of(Holder.Of(grant))}: {grant.Role.Display()}{(grant.GroupId is null ? "" : ", which its members get themselves")}");
        foreach (var holder in holders)
        {
            Give(holder, grant.Role, grant.VirtualAccountId, grant.IncludesChildren, sourceId: null);
        }
    }

    private void GiveOverThere(Holder holder, RoleGrant grant, WholeRoles mode)
    {
        if (Over(grant.Role, mode, tops) is not { } access)
        {
            taken.Add($"{names.Of(holder)}: {grant.Role.Display()} is for a whole account only; no role over there");
            return;
        }

        foreach (var place in access.Places())
        {
            Give(holder, access.Role, place, place is not null, isMerger ? grant.SourceId : null);
        }
    }

    private void Give(Holder holder, Role role, long? place, bool includesChildren, long? sourceId)
    {
        if (!present.Add((holder, role, place)))
        {
            return;
        }

        var grant = new RoleGrant
        {
            AccountId = merger.IntoAccountId, Id = scope.NextId(IdKind.Grant), PersonId = holder.PersonId, GroupId = holder.GroupId, ClientId = holder.ClientId, Role = role,
            VirtualAccountId = place, IncludesChildren = includesChildren, GrantedAt = scope.Now, GrantedBy = scope.Actor.ShownName, SourceId = sourceId,
        };
        Db.RoleGrants.Add(grant);
        Db.MergedRoles.Add(Record(grant, isGiven: true));
        given.Add($"{names.Of(holder)}: {role.Display()}");
        if (holder.ClientId is null)
        {
            var text = holder.GroupId is null ? PeopleEvents.RoleGranted(names.Of(holder), role) : GroupEvents.RoleGiven(names.OfGroup(holder.GroupId.Value), role);
            scope.Journal(merger.IntoAccountId).Append(text, AccountEvents.About(place));
        }
    }

    /// <summary>The same in a virtual account; an approver's work is for a whole account only.</summary>
    private static Role? Narrowed(Role role) => role switch
    {
        Role.SmartAccountAdministrator => Role.VirtualAccountAdministrator,
        Role.SmartAccountUser => Role.VirtualAccountUser,
        Role.SmartAccountViewer => Role.VirtualAccountViewer,
        _ => null,
    };

    private MergedRole Record(RoleGrant grant, bool isGiven) => new()
    {
        MergerId = merger.Id, GrantId = grant.Id, IsGiven = isGiven, PersonId = grant.PersonId, ClientId = grant.ClientId, GroupId = grant.GroupId, Role = grant.Role,
        VirtualAccountId = grant.VirtualAccountId, IncludesChildren = grant.IncludesChildren, GrantedAt = grant.GrantedAt, GrantedBy = grant.GrantedBy, SourceId = grant.SourceId,
    };

    private static RoleGrant Copy(RoleGrant grant, long account) => new()
    {
        AccountId = account, Id = grant.Id, PersonId = grant.PersonId, ClientId = grant.ClientId, GroupId = grant.GroupId, Role = grant.Role, VirtualAccountId = grant.VirtualAccountId,
        IncludesChildren = grant.IncludesChildren, GrantedAt = grant.GrantedAt, GrantedBy = grant.GrantedBy, SourceId = grant.SourceId,
    };
}
