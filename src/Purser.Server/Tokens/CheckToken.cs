using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Tokens;

/// <summary>
/// The pre-flight check: what would this token do, before it is used (TK-03). A token in an account that the caller cannot see is as unknown
/// as one that never was.
/// </summary>
public sealed class CheckToken(Database database, DomainClock clock, AgreementGate agreement, DeviceLines lines)
{
    public sealed record Input(string Token);

    /// <param name="Works">Something could register with it now.</param>
    /// <param name="Reason">Why not, and what to do.</param>
    public sealed record Answer(
        bool Works,
        string? Reason,
        TokenState State,
        string Account,
        string Domain,
        string VirtualAccount,
        string Server,
        DateTimeOffset ExpiresAt,
        int? UsesLeft,
        bool ExportControlled);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/tokens/check", async (Input input, CheckToken check, HttpContext context) =>
            (await check.HandleAsync(context.Actor(), input, context.RequestAborted)).ToHttp())
        .Requires(Permission.SignedIn)
            .WithSummary("Say what a registration token would do, without using it")
        .WithTags("Registration tokens");

    public async Task<Verdict<Answer>> HandleAsync(Actor actor, Input input, CancellationToken cancellation = default)
    {
        if (RegistrationTokenText.HashOf(input.Token?.Trim()) is not { } hash)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Paste the whole token, at most 255 characters.", nameof(input.Token));
        }

        await using var db = database.Read();
        var found = await db.TokenDirectory.Where(entry => entry.TextHash == hash)
            .Join(db.RegistrationTokens, entry => new { entry.AccountId, Id = entry.TokenId }, token => new { token.AccountId, token.Id }, (_, token) => token)
            .FirstOrDefaultAsync(cancellation);
        if (found is null || !actor.May(Permission.TokenView, found.AccountId, found.VirtualAccountId))
        {
            return Verdict.Refused(RefusalCode.TokenInvalid, "No Smart Account that you can see has this token. Check that it was copied whole.");
        }

        var account = await db.Accounts.FirstAsync(row => row.Id == found.AccountId, cancellation);
        var virtualAccount = await db.VirtualAccounts.FirstAsync(row => row.AccountId == found.AccountId && row.Id == found.VirtualAccountId, cancellation);
        var refusal = TokenRules.Judge(found, clock.Now) ?? TokenRules.JudgeAccount(account, exportControlled: false)
            ?? await agreement.JudgeRegistrationAsync(db, account, cancellation);
        return new Answer(
            refusal is null,
            refusal?.Detail,
            TokenRules.StateOf(found, clock.Now),
            account.Name,
            account.Domain,
            virtualAccount.Name,
            lines.ServerAddress,
            found.ExpiresAt,
            found.MaximumUses - found.Uses,
            found.ExportControlled);
    }
}
