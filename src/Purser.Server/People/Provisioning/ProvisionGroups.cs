using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People.SignIn;
using Purser.Server.People.Sources;
using Purser.Server.Store;

namespace Purser.Server.People.Provisioning;

/// <summary>Keeps a source's groups, and gives and takes the roles that follow from them at once.</summary>
public sealed class ProvisionGroups(WritePath writePath, Database database, BearerTokens tokens)
{
    private const string Save = "provisioning.save-group";
    private const string Remove = "provisioning.remove-group";

    private sealed record Audited(long SourceId, long? GroupId, string? DisplayName);

    /// <summary>What a group is to be.</summary>
    internal sealed record Wanted(string DisplayName, string ExternalId, IReadOnlySet<long> Members);

    /// <param name="groupId">Null: a new one.</param>
    internal async Task<Verdict<long>> SaveAsync(
        SignInSource source, long? groupId, Func<Wanted, Verdict<Wanted>> change, CancellationToken cancellation)
    {
        var command = await CommandAsync(Save, source, groupId, cancellation);
        return await writePath.RunAsync<long>(command with { Ids = 20_000 }, async scope =>
        {
            var group = groupId is null ? null : await FindAsync(scope.Db, source.Id, groupId.Value, cancellation);
            if (groupId is not null && group is null)
            {
                return Scim.NotThere("group");
            }

            var members = group is null ? [] : await MembersAsync(scope.Db, group.Id, cancellation);
            var present = new Wanted(group?.DisplayName ?? "", group?.ExternalId ?? "", members.Select(row => row.PersonId).ToHashSet());
            var wanted = change(present);
            if (!wanted.IsOk)
            {
                return wanted.Refusal!;
            }

            if (await JudgeAsync(scope.Db, source, groupId, wanted.Value, present, cancellation) is { } refusal)
            {
                return refusal;
            }

            group ??= Add(scope, source);
            var isRenamed = group.DisplayName != wanted.Value.DisplayName;
            (group.DisplayName, group.DisplayNameKey) = (wanted.Value.DisplayName, wanted.Value.DisplayName.ToUpperInvariant());
            (group.ExternalId, group.ChangedAt) = (wanted.Value.ExternalId, scope.Now);
            scope.Db.ProvisionedMembers.RemoveRange(members.Where(row => !wanted.Value.Members.Contains(row.PersonId)));
            scope.Db.ProvisionedMembers.AddRange(
                wanted.Value.Members.Except(present.Members).Select(person => new ProvisionedMember { GroupId = group.Id, PersonId = person }));
            await SyncAsync(scope, command, source, isRenamed ? wanted.Value.Members.Union(present.Members) : Differing(wanted.Value.Members, present.Members), cancellation);
            return group.Id;
        }, cancellation);
    }

    internal async Task<Verdict<Done>> RemoveAsync(SignInSource source, long groupId, CancellationToken cancellation)
    {
        var command = await CommandAsync(Remove, source, groupId, cancellation);
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await FindAsync(scope.Db, source.Id, groupId, cancellation) is not { } group)
            {
                return Scim.NotThere("group");
            }

            var members = await MembersAsync(scope.Db, groupId, cancellation);
            scope.Db.ProvisionedMembers.RemoveRange(members);
            scope.Db.ProvisionedGroups.Remove(group);
            await SyncAsync(scope, command, source, members.Select(row => row.PersonId), cancellation);
            return Verdict.Done;
        }, cancellation);
    }

    internal static Task<ProvisionedGroup?> FindAsync(PurserContext db, long sourceId, long groupId, CancellationToken cancellation) =>
        db.ProvisionedGroups.FirstOrDefaultAsync(row => row.Id == groupId && row.SourceId == sourceId, cancellation);

    /// <summary>The names of the groups that somebody was provisioned into.</summary>
    internal static Task<List<string>> NamesOfAsync(PurserContext db, long sourceId, long personId, CancellationToken cancellation) =>
        db.ProvisionedMembers.Where(member => member.PersonId == personId)
            .Join(db.ProvisionedGroups.Where(group => group.SourceId == sourceId), member => member.GroupId, group => group.Id, (_, group) => group.DisplayName)
            .ToListAsync(cancellation);

    private static Task<List<ProvisionedMember>> MembersAsync(PurserContext db, long groupId, CancellationToken cancellation) =>
        db.ProvisionedMembers.Where(row => row.GroupId == groupId).ToListAsync(cancellation);

    private static IEnumerable<long> Differing(IReadOnlySet<long> one, IReadOnlySet<long> other) => one.Except(other).Concat(other.Except(one));

    private static ProvisionedGroup Add(WriteScope scope, SignInSource source)
    {
        var group = new ProvisionedGroup { Id = scope.NextId(IdKind.ProvisionedGroup), SourceId = source.Id, DisplayName = "", DisplayNameKey = "", CreatedAt = scope.Now };
        scope.Db.ProvisionedGroups.Add(group);
        return group;
    }

    private static async Task<Refusal?> JudgeAsync(
        PurserContext db, SignInSource source, long? self, Wanted wanted, Wanted present, CancellationToken cancellation)
    {
        if (InputText.Problem(wanted.DisplayName, "displayName", "displayName", SourceRules.LongestText) is { } problem)
        {
            return Scim.Refused(Scim.InvalidValue, problem.Detail);
        }

        var key = wanted.DisplayName.ToUpperInvariant();
        if (await db.ProvisionedGroups.AnyAsync(row => row.SourceId == source.Id && row.DisplayNameKey == key && row.Id != self, cancellation))
        {
            return Scim.Refused(Scim.Uniqueness, $"There is a group {wanted.DisplayName} already.");
        }

        var added = wanted.Members.Except(present.Members).ToList();
        var known = await db.ProvisionedPeople.Where(row => row.SourceId == source.Id && added.Contains(row.PersonId)).Select(row => row.PersonId).ToListAsync(cancellation);
        return added.Except(known).Select(id => (long?)id).FirstOrDefault() is { } unknown
            ? Scim.Refused(Scim.InvalidValue, $"There is no user {unknown} of this source.")
            : null;
    }

    /// <summary>All accounts in which groups of this source may give something, locked in one order.</summary>
    private async Task<Command> CommandAsync(string name, SignInSource source, long? groupId, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var accounts = await db.SourceRoles.Where(role => role.SourceId == source.Id).Select(role => role.AccountId)
            .Union(db.RoleGrants.Where(grant => grant.SourceId == source.Id).Select(grant => grant.AccountId)).ToListAsync(cancellation);
        var group = groupId is { } id ? await FindAsync(db, source.Id, id, cancellation) : null;
        return new Command(name, SourceActor.Of(source), new Audited(source.Id, groupId, group?.DisplayName)) { Accounts = [AccountHead.Installation, .. accounts] };
    }

    private async Task SyncAsync(WriteScope scope, Command command, SignInSource source, IEnumerable<long> people, CancellationToken cancellation)
    {
        // What follows is asked of the database, so it has to know what has changed so far.
        await scope.Db.SaveChangesAsync(cancellation);
        var ids = people.ToHashSet();
        var mappings = await SourceRoleSync.MappingsAsync(scope.Db, source.Id, cancellation);
        var groups = (await scope.Db.ProvisionedMembers.Where(member => ids.Contains(member.PersonId))
            .Join(scope.Db.ProvisionedGroups.Where(group => group.SourceId == source.Id), member => member.GroupId, group => group.Id, (member, group) => new { member.PersonId, group.DisplayName })
            .ToListAsync(cancellation)).ToLookup(row => row.PersonId, row => row.DisplayName);
        var held = (await SourceRoleSync.Held(scope.Db).Where(grant => grant.PersonId != null && ids.Contains(grant.PersonId.Value)).ToListAsync(cancellation))
            .ToLookup(grant => grant.PersonId!.Value);
        foreach (var person in await scope.Db.Users.Where(row => ids.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellation))
        {
            var plan = SourceRoleSync.Decide(mappings, source.Id, [.. held[person.Id]], [.. groups[person.Id]]);
            await SourceRoleSync.CarryOutAsync(scope, command, source, person, plan);
        }

        scope.AfterCommit(tokens.Forget);
    }
}
