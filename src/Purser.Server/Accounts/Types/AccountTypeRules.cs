using Purser.Server.Commands;

namespace Purser.Server.Accounts;

/// <summary>
/// What accounts of each type can do (domain rules 12.1). A holding account stores orders: nothing in it can be activated. A limited use account
/// serves one person without a company: few people, few virtual accounts, nothing that organizes many.
/// </summary>
public static class AccountTypeRules
{
    public const int LimitedPeople = 3;

    /// <summary>The default included.</summary>
    public const int LimitedVirtualAccounts = 3;

    public const int FirstTokenDays = 30;
    public const int FirstTokenUses = 1;

    private const string Upgrade = "Its administrator can upgrade the account to a Customer account under Account properties.";

    public static string Display(this AccountType type) => type switch
    {
        AccountType.Customer => "Customer",
        AccountType.PartnerHolding => "Partner Holding",
        AccountType.LimitedUse => "Limited Use",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such type"),
    };

    /// <summary>Tokens, registrations, reservations, codes, upgrades, conversions: all that puts a license to work.</summary>
    public static bool CanActivate(AccountType type) => type != AccountType.PartnerHolding;

    public static Refusal? JudgeNewVirtualAccount(AccountType type, int present) =>
        type == AccountType.LimitedUse && present >= LimitedVirtualAccounts
            ? Forbidden($"A Limited Use Smart Account has at most {LimitedVirtualAccounts} virtual accounts, the default included. {Upgrade}")
            : null;

    /// <param name="people">People with a role in the account, those who come included.</param>
    public static Refusal? JudgePeople(AccountType type, int people) =>
        type == AccountType.LimitedUse && people > LimitedPeople
            ? Forbidden($"A Limited Use Smart Account has at most {LimitedPeople} users. Remove one first. {Upgrade}")
            : null;

    public static Refusal? JudgeTags(AccountType type) =>
        type == AccountType.LimitedUse ? Forbidden($"A Limited Use Smart Account has no custom tags. {Upgrade}") : null;

    public static Refusal? JudgeGroups(AccountType type) =>
        type == AccountType.LimitedUse ? Forbidden($"A Limited Use Smart Account has no user groups. {Upgrade}") : null;

    /// <summary>A customer's account is a company's, so its identifier is a company's domain.</summary>
    public static Refusal? JudgeDomain(AccountType type, string domain, string field) =>
        type != AccountType.LimitedUse && PublicMailDomains.Contains(domain)
            ? Verdict.Refused(
                RefusalCode.InvalidInput,
                $"{domain} is a public mail service, where anybody gets an address. A {type.Display()} Smart Account needs the company's own domain.",
                field)
            : null;

    private static Refusal Forbidden(string detail) => Verdict.Refused(RefusalCode.AccountTypeForbids, detail);
}
