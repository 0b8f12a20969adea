using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;

namespace Purser.Server.Tokens;

/// <summary>Uses a registration token inside a command of its account, as a registration does.</summary>
internal static class TokenUse
{
    /// <returns>Why not; null: it is used.</returns>
    public static async Task<Refusal?> SpendAsync(WriteScope scope, AgreementGate agreement, long accountId, long tokenId, CancellationToken cancellation)
    {
        if (await scope.Db.RegistrationTokens.FirstOrDefaultAsync(row => row.AccountId == accountId && row.Id == tokenId, cancellation) is not { } token)
        {
            return Verdict.Refused(RefusalCode.TokenInvalid, "No Smart Account has this token. Check that it was copied whole.");
        }

        var account = await scope.Db.Accounts.FirstAsync(row => row.Id == accountId, cancellation);
        if ((TokenRules.Judge(token, scope.Now) ?? TokenRules.JudgeAccount(account, exportControlled: false) ?? await agreement.JudgeRegistrationAsync(scope.Db, account, cancellation)) is { } refusal)
        {
            return refusal;
        }

        token.Uses++;
        token.LastUsedAt = scope.Now;
        return null;
    }
}
