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

    /// <summary>The Smart Accounts whose user groups somebody is in, and those in which these groups work.</summary>
    public static async Task<IReadOnlyList<long>> OfGroupsAsync(Database database, long personId, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var groups = await db.UserGroups.Where(group => db.UserGroupMembers.Any(member => member.GroupId == group.Id && member.PersonId == personId))
            .Select(group => new { group.AccountId, group.Id }).ToListAsync(cancellation);
        var accounts = groups.Select(group => group.AccountId).ToHashSet();
        foreach (var group in groups)
        {
            accounts.UnionWith(await GroupReach.OthersAsync(database, group.AccountId, [group.Id], cancellation));
        }

        return [.. accounts];
    }

    public static void Tell(WriteScope scope, Command command, EventText text)
    {
        foreach (var account in command.Accounts.Where(account => account != AccountHead.Installation))
        {
            scope.Journal(account).Append(text);
        }
    }
}
