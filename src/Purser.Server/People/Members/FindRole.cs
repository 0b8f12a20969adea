using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>One role that somebody has in the account, for the dialog that changes it.</summary>
public sealed class FindRole(Database database)
{
    public sealed record Answer(string Person, Role Role, long? VirtualAccountId, bool IncludesChildren);

    /// <summary>Null where it is not there or not the reader's to change.</summary>
    public async Task<Answer?> HandleAsync(Actor actor, long accountId, long grantId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var grant = await db.RoleGrants.FirstOrDefaultAsync(
            row => row.AccountId == accountId && row.Id == grantId && row.PersonId != null, cancellation);
        if (grant is null || GrantRules.Judge(actor, Permission.PeopleManage, accountId, grant.Role, grant.VirtualAccountId) is not null)
        {
            return null;
        }

        var person = await db.Users.Where(row => row.Id == grant.PersonId).Select(row => row.DisplayName).FirstAsync(cancellation);
        return new Answer(person, grant.Role, grant.VirtualAccountId, grant.IncludesChildren);
    }
}
