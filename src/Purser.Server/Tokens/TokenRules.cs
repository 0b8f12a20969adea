using System.Globalization;
using Purser.Server.Accounts;
using Purser.Server.Commands;

namespace Purser.Server.Tokens;

public enum TokenState
{
    Active,
    Expired,
    UsedUp,
    Revoked,
}

/// <summary>When a registration token works, and what a new one may be (domain rules 7.1).</summary>
public static class TokenRules
{
    public const int ShortestDays = 1;
    public const int LongestDays = 365;

    /// <summary>What the form proposes (FAQ).</summary>
    public const int ProposedDays = 30;
    public const int MostUses = 1_000_000;
    public const int LongestDescription = 255;
    public const int MostVirtualAccounts = 100;

    public static TokenState StateOf(RegistrationToken token, DateTimeOffset now) =>
        token.RevokedAt is not null ? TokenState.Revoked
        : token.ExpiresAt <= now ? TokenState.Expired
        : token.MaximumUses is { } maximum && token.Uses >= maximum ? TokenState.UsedUp
        : TokenState.Active;

    /// <summary>Why nothing can register with it; null if something can. Registered devices are never touched by this.</summary>
    public static Refusal? Judge(RegistrationToken token, DateTimeOffset now) => StateOf(token, now) switch
    {
        TokenState.Revoked => Verdict.Refused(RefusalCode.TokenRevoked, $"The token was revoked on {Day(token.RevokedAt!.Value)}. Make a new one."),
        TokenState.Expired => Verdict.Refused(RefusalCode.TokenExpired, $"The token expired on {Day(token.ExpiresAt)}. Make a new one."),
        TokenState.UsedUp => Verdict.Refused(RefusalCode.TokenUsedUp, $"All {token.MaximumUses} uses of the token are spent. Make a new one."),
        _ => null,
    };

    public static Refusal? JudgeInput(CreateTokens.Input input)
    {
        if (input.VirtualAccountIds.Count is 0 or > MostVirtualAccounts)
        {
            return Invalid($"Choose 1 to {MostVirtualAccounts} virtual accounts.", nameof(input.VirtualAccountIds));
        }

        if (input.ExpiresInDays is < ShortestDays or > LongestDays)
        {
            return Invalid($"A token lasts {ShortestDays} to {LongestDays} days.", nameof(input.ExpiresInDays));
        }

        if (input.MaximumUses is < 1 or > MostUses)
        {
            return Invalid($"Give 1 to {MostUses} uses, or leave it empty for any number.", nameof(input.MaximumUses));
        }

        return input.TermsAccepted
            ? InputText.Problem(input.Description, nameof(input.Description), "a description", LongestDescription, isOptional: true)
            : Invalid("Accept the terms first.", nameof(input.TermsAccepted));
    }

    public static Refusal? JudgeAccount(Account account, bool exportControlled)
    {
        if (account.Status != AccountStatus.Active)
        {
            return Verdict.Refused(RefusalCode.AccountInactive, $"The Smart Account {account.Name} is not active.");
        }

        if (!AccountTypeRules.CanActivate(account.Type))
        {
            return Verdict.Refused(RefusalCode.AccountTypeForbids, "Nothing registers in a holding account, so it has no tokens.");
        }

        return exportControlled && !account.ExportPermitted
            ? Verdict.Refused(
                RefusalCode.ExportNotPermitted,
                "This Smart Account is not permitted to use export-controlled functionality. Make the token without it, or ask the vendor.",
                nameof(CreateTokens.Input.ExportControlled))
            : null;
    }

    private static Refusal Invalid(string detail, string field) => Verdict.Refused(RefusalCode.InvalidInput, detail, field);

    private static string Day(DateTimeOffset instant) => instant.ToString("d MMM yyyy HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
