using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Who is told when somebody asks something of a Smart Account: its administrators, by own role or through a user group.</summary>
internal static class Administrators
{
    /// <summary>Who is asked first is enough; nobody gains from a thousand mails.</summary>
    private const int Most = 50;

    /// <param name="Any">Is there anybody, whether she wants mails or not?</param>
    public sealed record Found(bool Any, IReadOnlyList<string> Emails);

    public static async Task<Found> OfAsync(PurserContext db, long accountId, NoticeKind kind, CancellationToken cancellation)
    {
        var people = PeopleOf(db, accountId);
        var emails = await people.Where(person => !db.NoticeMutes.Any(mute => mute.PersonId == person.Id && mute.AccountId == accountId && mute.Kind == kind))
            .OrderBy(person => person.Id).Select(person => person.Email!).Take(Most).ToListAsync(cancellation);
        return new Found(emails.Count > 0 || await people.AnyAsync(cancellation), emails);
    }

    /// <summary>For what they are told in any case.</summary>
    public static Task<List<string>> EmailsAsync(PurserContext db, long accountId, CancellationToken cancellation) =>
        PeopleOf(db, accountId).OrderBy(person => person.Id).Select(person => person.Email!).Take(Most).ToListAsync(cancellation);

    private static IQueryable<Person> PeopleOf(PurserContext db, long accountId)
    {
        var grants = db.RoleGrants.Where(grant => grant.AccountId == accountId && grant.Role == Role.SmartAccountAdministrator);
        return db.Users.Where(person => !person.IsDisabled && (grants.Any(grant => grant.PersonId == person.Id)
            || db.UserGroupMembers.Any(member => member.PersonId == person.Id && grants.Any(grant => grant.GroupId == member.GroupId))));
    }

    /// <summary>Does somebody want to be told of this by mail?</summary>
    /// <param name="accountId">The installation's number where it belongs to no Smart Account of hers.</param>
    public static async Task<bool> WantsAsync(PurserContext db, long personId, long accountId, NoticeKind kind, CancellationToken cancellation) =>
        !await db.NoticeMutes.AnyAsync(row => row.PersonId == personId && row.AccountId == accountId && row.Kind == kind, cancellation);
}
