using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>
/// One company, one Smart Account: whoever asks for a second one under the same top-level domain is led to the first (portal reference 13.1).
/// An operator who knows better creates it himself.
/// </summary>
internal static class AccountDuplicates
{
    public static async Task<Refusal?> JudgeAsync(
        PurserContext db, string domain, string root, long? except, DateTimeOffset now, string field, CancellationToken cancellation)
    {
        if (await db.Accounts.AnyAsync(
            row => row.Domain == domain || (row.RootDomain == root && row.Status != AccountStatus.Closed), cancellation))
        {
            return Verdict.Refused(
                RefusalCode.AlreadyExists,
                $"There is a Smart Account under the domain {root} already. Request access to it instead: find it by its domain under \"Find a Smart Account\".",
                field);
        }

        var open = await db.AccountRequests
            .Where(row => row.RootDomain == root && row.Id != except
                && (row.State == AccountRequestState.AwaitingOperator || (row.State == AccountRequestState.AwaitingApprover && row.CodeEndsAt > now)))
            .FirstOrDefaultAsync(cancellation);
        return open is null
            ? null
            : Verdict.Refused(
                RefusalCode.AlreadyExists, $"A Smart Account under the domain {root} was requested already and waits for its approval.", field);
    }
}
