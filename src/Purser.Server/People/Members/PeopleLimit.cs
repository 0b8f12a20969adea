using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>How many users an account takes, whichever way they come in (domain rules 12.1). Its head is locked, so two cannot both be the third.</summary>
internal static class PeopleLimit
{
    /// <param name="joining">Known people who get a role; those who have one already take no further place.</param>
    /// <param name="newPeople">How many others come who were not known at all.</param>
    public static async Task<Refusal?> JudgeAsync(
        PurserContext db, long accountId, IEnumerable<long> joining, int newPeople, CancellationToken cancellation)
    {
        var type = await AccountTypeGate.TypeAsync(db, accountId, cancellation);
        if (type != AccountType.LimitedUse)
        {
            return null;
        }

        var present = await db.RoleGrants.IgnoreQueryFilters().Where(row => row.AccountId == accountId && row.PersonId != null)
            .Select(row => row.PersonId!.Value).Distinct().ToListAsync(cancellation);
        var coming = joining.Except(present).Count() + newPeople;
        return coming == 0 ? null : AccountTypeRules.JudgePeople(type, present.Count + coming);
    }
}
