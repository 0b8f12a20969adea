using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>How somebody or something is called whom a dialog asks about: it names whom it means, and what is gone meanwhile has no dialog.</summary>
public sealed class NamesHere(Database database)
{
    private const int MostNamed = 5;

    /// <summary>Null where there is no such person whom the reader sees: by a role, or for who sees all people by a place in a user group.</summary>
    public async Task<string?> OfPersonAsync(Actor actor, long accountId, long personId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        return await Seen(db, actor, accountId).Where(person => person.Id == personId).Select(person => person.DisplayName).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>"Jonas Abel, Mara Lindqvist and 3 more"; only their number where they are not all known here yet.</summary>
    public async Task<string> OfPeopleAsync(Actor actor, long accountId, IReadOnlyCollection<long> ids, CancellationToken cancellation = default)
    {
        var wanted = ids.Distinct().ToList();
        await using var db = database.Read(accountId);
        var seen = Seen(db, actor, accountId).Where(person => wanted.Contains(person.Id));
        var names = await seen.OrderBy(person => person.DisplayName).ThenBy(person => person.Id).Select(person => person.DisplayName).Take(MostNamed).ToListAsync(cancellation);
        return names.Count < Math.Min(wanted.Count, MostNamed) || names.Count == 0 ? wanted.Count == 1 ? "1 person" : $"{wanted.Count} people"
            : names.Count == 1 ? names[0]
            : wanted.Count > names.Count ? $"{string.Join(", ", names)} and {wanted.Count - names.Count} more"
            : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";
    }

    /// <summary>A group of the account, or one of another that works here or asks to.</summary>
    public async Task<string?> OfGroupAsync(long accountId, long groupId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        return await db.UserGroups.Where(group => group.AccountId == accountId && group.Id == groupId).Select(group => group.Name).FirstOrDefaultAsync(cancellation)
            ?? await db.GroupSpans.Where(span => span.TargetAccountId == accountId && span.GroupId == groupId).Select(span => span.GroupName).FirstOrDefaultAsync(cancellation);
    }

    public async Task<string?> OfClientAsync(long accountId, long clientId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        return await db.ApiClients.Where(client => client.AccountId == accountId && client.Id == clientId).Select(client => client.Name).FirstOrDefaultAsync(cancellation);
    }

    private static IQueryable<Person> Seen(PurserContext db, Actor actor, long accountId)
    {
        var withRoles = ListPeople.People(db, actor, accountId, through: null);
        return !actor.ReachOf(Permission.PeopleView, accountId).IsWhole ? withRoles : db.Users.Where(person => withRoles.Any(one => one.Id == person.Id)
            || db.UserGroups.Any(group => group.AccountId == accountId && db.UserGroupMembers.Any(member => member.GroupId == group.Id && member.PersonId == person.Id)));
    }
}
