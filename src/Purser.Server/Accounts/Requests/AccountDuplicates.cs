using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>
/// One company, one Smart Account: whoever asks for a second one under the same top-level domain is led to the first (portal reference 13.1).
/// A partner may have a holding account beside its own, under another identifier. An operator who knows better creates it himself.
/// </summary>
internal static class AccountDuplicates
{
    public static async Task<Refusal?> JudgeAsync(
        PurserContext db, AccountType type, string domain, string root, long? except, DateTimeOffset machineNow, string field, CancellationToken cancellation)
    {
        var isHolding = type == AccountType.PartnerHolding;
        if (await db.Accounts.AnyAsync(row => row.Domain == domain && (row.Type == AccountType.PartnerHolding) != isHolding, cancellation))
        {
            return Verdict.Refused(
                RefusalCode.AlreadyExists, $"The domain identifier {domain} is taken by an account of another type. Give another one below your domain, such as holding.{root}.", field);
        }

        if (await db.Accounts.AnyAsync(
            row => row.Domain == domain
                || (row.RootDomain == root && row.Status != AccountStatus.Closed && (row.Type == AccountType.PartnerHolding) == isHolding),
            cancellation))
        {
            return Verdict.Refused(
                RefusalCode.AlreadyExists,
                $"There is a Smart Account under the domain {root} already. Request access to it instead: find it by its domain under \"Find a Smart Account\".",
                field);
        }

        var open = await db.AccountRequests
            .Where(row => row.RootDomain == root && row.Id != except && (row.Domain == domain || (row.Type == AccountType.PartnerHolding) == isHolding)
                && (row.State == AccountRequestState.AwaitingOperator || (row.State == AccountRequestState.AwaitingApprover && row.CodeEndsAt > machineNow)))
            .FirstOrDefaultAsync(cancellation);
        return open is null
            ? null
            : Verdict.Refused(
                RefusalCode.AlreadyExists, $"A Smart Account under the domain {root} was requested already and waits for its approval.", field);
    }
}
