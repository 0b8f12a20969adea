using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People;

internal static class GrantTargets
{
    /// <summary>The virtual account of a role must be one of this Smart Account.</summary>
    public static async Task<Refusal?> JudgeAsync(PurserContext db, long accountId, long? virtualAccountId, CancellationToken cancellation) =>
        virtualAccountId is null || await db.VirtualAccounts.AnyAsync(row => row.AccountId == accountId && row.Id == virtualAccountId, cancellation)
            ? null
            : Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account in this Smart Account.", "VirtualAccountId");
}
