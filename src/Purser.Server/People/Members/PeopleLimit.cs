using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>A Limited Use account has three users (domain rules 12.1), however they come in. Its head is locked, so two cannot both be the third.</summary>
internal static class PeopleLimit
{
    private const int Most = 3;

    /// <param name="joining">Known people who get a role; those who have one already take no further place.</param>
    /// <param name="newPeople">How many others come who were not known at all.</param>
    public static async Task<Refusal?> JudgeAsync(
        PurserContext db, long accountId, IEnumerable<long> joining, int newPeople, CancellationToken cancellation)
    {
        if (!await db.Accounts.AnyAsync(row => row.Id == accountId && row.Type == AccountType.LimitedUse, cancellation))
        {
            return null;
        }

        var present = await db.RoleGrants.Where(row => row.AccountId == accountId && row.PersonId != null).Select(row => row.PersonId!.Value).Distinct().ToListAsync(cancellation);
        return present.Union(joining).Count() + newPeople <= Most
            ? null
            : Verdict.Refused(RefusalCode.AccountTypeForbids, $"A Limited Use Smart Account has at most {Most} users. Remove one first, or have the account upgraded to a Customer account.");
    }
}
