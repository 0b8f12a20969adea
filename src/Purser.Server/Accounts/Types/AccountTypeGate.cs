using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>Asks <see cref="AccountTypeRules"/> with what lies in the account. The account's head is locked, so two cannot both be the third.</summary>
internal static class AccountTypeGate
{
    public static Task<AccountType> TypeAsync(PurserContext db, long accountId, CancellationToken cancellation) =>
        db.Accounts.Where(row => row.Id == accountId).Select(row => row.Type).FirstAsync(cancellation);

    public static async Task<Refusal?> JudgeNewVirtualAccountAsync(PurserContext db, long accountId, CancellationToken cancellation) =>
        AccountTypeRules.JudgeNewVirtualAccount(
            await TypeAsync(db, accountId, cancellation), await db.VirtualAccounts.CountAsync(row => row.AccountId == accountId, cancellation));

    /// <summary>May this person get a role? Who has one already takes no further place.</summary>
    public static async Task<Refusal?> JudgeNewPersonAsync(PurserContext db, long accountId, string email, CancellationToken cancellation)
    {
        var type = await TypeAsync(db, accountId, cancellation);
        if (type != AccountType.LimitedUse)
        {
            return null;
        }

        var key = PersonBook.KeyOf(email);
        var present = await db.RoleGrants.Where(row => row.AccountId == accountId && row.PersonId != null)
            .Where(row => !db.Users.Any(person => person.Id == row.PersonId && person.NormalizedUserName == key))
            .Select(row => row.PersonId).Distinct().CountAsync(cancellation);
        return AccountTypeRules.JudgeNewPerson(type, present);
    }
}
