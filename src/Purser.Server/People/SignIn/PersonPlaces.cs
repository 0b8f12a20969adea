using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>Where a change to somebody's sign-in belongs: to the installation, and to the log of every Smart Account in which she has a role, her own or her groups'.</summary>
public static class PersonPlaces
{
    public static async Task<IReadOnlyList<long>> OfAsync(Database database, long personId, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var accounts = await db.RoleGrants.IgnoreQueryFilters()
            .Where(row => row.PersonId == personId || db.UserGroupMembers.Any(member => member.PersonId == personId && member.GroupId == row.GroupId))
            .Select(row => row.AccountId).Distinct().ToListAsync(cancellation);
        return [AccountHead.Installation, .. accounts];
    }

    public static void Tell(WriteScope scope, Command command, EventText text)
    {
        foreach (var account in command.Accounts.Where(account => account != AccountHead.Installation))
        {
            scope.Journal(account).Append(text);
        }
    }
}
