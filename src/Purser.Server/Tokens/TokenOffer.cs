using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Tokens;

/// <summary>Whether tokens can be made in an account now, and which: so that a page offers only what will not be refused.</summary>
public sealed class TokenOffer(Database database, AgreementGate agreement)
{
    /// <param name="WhyNot">Why no token can be made at present.</param>
    /// <param name="AgreementPending">The reason is the agreement, which someone can accept.</param>
    public sealed record Answer(bool ExportPermitted, string? WhyNot, bool AgreementPending);

    public async Task<Answer> HandleAsync(long accountId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var account = await db.Accounts.FirstAsync(row => row.Id == accountId, cancellation);
        var refusal = TokenRules.JudgeAccount(account, exportControlled: false) ?? await agreement.JudgeTokensAsync(db, account, cancellation);
        return new Answer(account.ExportPermitted, refusal?.Detail, refusal?.Code == RefusalCode.AgreementPending);
    }
}
