using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Who is told when somebody asks something of a Smart Account: its administrators, by own role or through a user group.</summary>
internal static class Administrators
{
    /// <summary>Who is asked first is enough; nobody gains from a thousand mails.</summary>
    private const int Most = 50;

    public static async Task<IReadOnlyList<string>> EmailsAsync(PurserContext db, long accountId, CancellationToken cancellation)
    {
        var grants = db.RoleGrants.Where(grant => grant.AccountId == accountId && grant.Role == Role.SmartAccountAdministrator);
        return await db.Users
            .Where(person => !person.IsDisabled && (grants.Any(grant => grant.PersonId == person.Id)
                || db.UserGroupMembers.Any(member => member.PersonId == person.Id && grants.Any(grant => grant.GroupId == member.GroupId))))
            .OrderBy(person => person.Id).Select(person => person.Email!).Take(Most).ToListAsync(cancellation);
    }
}
