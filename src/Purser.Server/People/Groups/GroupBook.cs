using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Somebody who is new and has to choose a password through this link: shown to who may read kept mails, where none is sent.</summary>
public sealed record NewSignIn(string Email, string SetPasswordPath);

/// <summary>Steps on groups that several commands share; always inside a command's scope.</summary>
public sealed class GroupBook(Invitation invitation)
{
    public sealed record Added(IReadOnlyList<long> PersonIds, IReadOnlyList<NewSignIn> NewSignIns);

    public static Refusal NotFound() => Verdict.Refused(RefusalCode.NotFound, "There is no such user group in this Smart Account.");

    public static Task<UserGroup?> FindAsync(PurserContext db, long accountId, long groupId, CancellationToken cancellation) =>
        db.UserGroups.FirstOrDefaultAsync(row => row.AccountId == accountId && row.Id == groupId, cancellation);

    /// <summary>Limited Use accounts have no groups (domain rules 12.1).</summary>
    public static async Task<Refusal?> JudgeAccountAsync(PurserContext db, long accountId, CancellationToken cancellation) =>
        AccountTypeRules.JudgeGroups(await AccountTypeGate.TypeAsync(db, accountId, cancellation));

    public static async Task<Refusal?> JudgeNameAsync(PurserContext db, long accountId, string name, long? exceptId, CancellationToken cancellation)
    {
        var key = GroupRules.KeyOf(name);
        return await db.UserGroups.AnyAsync(row => row.AccountId == accountId && row.NameKey == key && row.Id != exceptId, cancellation)
            ? Verdict.Refused(RefusalCode.AlreadyExists, $"There is a user group \"{name.Trim()}\" in this Smart Account already.", "Name")
            : null;
    }

    /// <summary>Who is a member already stays one; who is new here is made and invited.</summary>
    public async Task<Verdict<Added>> AddAsync(WriteScope scope, UserGroup group, IReadOnlyList<string> emails, CancellationToken cancellation)
    {
        var members = await scope.Db.UserGroupMembers.Where(row => row.GroupId == group.Id).Select(row => row.PersonId).ToHashSetAsync(cancellation);
        if (members.Count + emails.Count > GroupRules.MostMembers)
        {
            return Verdict.Refused(RefusalCode.Conflict, $"A user group has at most {GroupRules.MostMembers} members; this one has {members.Count}.", "Emails");
        }

        if (await GroupReach.JudgeAsync(scope, group, cancellation) is { } stale)
        {
            return stale;
        }

        var door = await Invitation.DoorAsync(scope.Db, group.AccountId, cancellation);
        var (added, links) = (new List<Person>(), new List<NewSignIn>());
        foreach (var email in emails)
        {
            var (person, _) = await PersonBook.FindOrAddAsync(scope, new NewPerson(email));
            if (members.Add(person.Id))
            {
                scope.Db.UserGroupMembers.Add(new UserGroupMember { GroupId = group.Id, PersonId = person.Id, AddedAt = scope.Now, AddedBy = scope.Actor.ShownName });
                added.Add(person);
                if (await invitation.SendAsync(scope, door, person, $"a place in the user group \"{group.Name}\"", cancellation) is { } shown)
                {
                    links.Add(new NewSignIn(person.Email!, shown));
                }
            }
        }

        if (added.Count > 0)
        {
            var names = added.ConvertAll(person => person.DisplayName);
            await GroupReach.TellAsync(
                scope, group, GroupEvents.MembersAdded(group.Name, names), home => GroupEvents.MembersAddedElsewhere(group.Name, home, names), cancellation);
        }

        return new Added(added.ConvertAll(person => person.Id), links);
    }

    /// <returns>How many were members.</returns>
    public static async Task<Verdict<int>> RemoveAsync(WriteScope scope, UserGroup group, IReadOnlyCollection<long> personIds, CancellationToken cancellation)
    {
        if (await GroupReach.JudgeAsync(scope, group, cancellation) is { } stale)
        {
            return stale;
        }

        var rows = await scope.Db.UserGroupMembers.Where(row => row.GroupId == group.Id && personIds.Contains(row.PersonId)).ToListAsync(cancellation);
        if (rows.Count > 0)
        {
            var ids = rows.ConvertAll(row => row.PersonId);
            var names = await scope.Db.Users.Where(person => ids.Contains(person.Id)).OrderBy(person => person.DisplayName).Select(person => person.DisplayName).ToListAsync(cancellation);
            scope.Db.UserGroupMembers.RemoveRange(rows);
            await GroupReach.TellAsync(
                scope, group, GroupEvents.MembersRemoved(group.Name, names), home => GroupEvents.MembersRemovedElsewhere(group.Name, home, names), cancellation);
        }

        return rows.Count;
    }
}
