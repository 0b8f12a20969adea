using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
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
}
