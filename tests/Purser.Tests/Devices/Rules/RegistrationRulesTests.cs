using Purser.Protocol;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Devices;
using Purser.Server.Devices.Rules;
using Purser.Server.Tokens;

namespace Purser.Tests.Devices.Rules;

[Trait("Feature", "PI-01")]
public sealed class RegistrationRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Key = [1];

    /// <summary>Precedence of reasons: the token first, then its account, then the product, then the device.</summary>
    [Fact]
    public void Reasons_in_order()
    {
        var worst = Facts() with
        {
            Token = Token(token => { token.RevokedAt = Now; token.ExpiresAt = Now; token.MaximumUses = 1; token.Uses = 1; }),
            Account = new AccountFacts(1, "Acme", AccountType.PartnerHolding, AccountStatus.Closed, null),
            NewestAgreement = 1,
            Product = null,
            Existing = Existing([9]),
        };

        Expect(WireCode.TokenInvalid, worst with { Token = null });
        Expect(WireCode.TokenRevoked, worst);
        Expect(WireCode.TokenExpired, worst = worst with { Token = Token(token => { token.ExpiresAt = Now; token.MaximumUses = 1; token.Uses = 1; }) });
        Expect(WireCode.TokenUsedUp, worst = worst with { Token = Token(token => { token.MaximumUses = 1; token.Uses = 1; }) });
        Expect(WireCode.NotAllowed, worst = worst with { Token = Token() });
        Expect(WireCode.NotAllowed, worst = worst with { Account = worst.Account! with { Status = AccountStatus.Active } });
        Expect(WireCode.AgreementPending, worst = worst with { Account = worst.Account! with { Type = AccountType.Customer } });
        Expect(WireCode.UnknownProduct, worst = worst with { AgreementBlocks = false });
        Expect(WireCode.AlreadyRegistered, worst = worst with { Product = Facts().Product });
        Expect(RegistrationKind.Again, worst with { Force = true });
    }

    [Fact]
    public void A_token_is_good_until_the_second_before_its_end()
    {
        Expect(RegistrationKind.New, Facts() with { Token = Token(token => token.ExpiresAt = Now.AddSeconds(1)) });
        Expect(WireCode.TokenExpired, Facts() with { Token = Token(token => token.ExpiresAt = Now) });
    }

    [Theory]
    [InlineData(1, 10, RegistrationKind.Again)]
    [InlineData(1, 11, RegistrationKind.Moved)]
    [InlineData(2, 10, RegistrationKind.FromOtherAccount)]
    public void The_same_device_again(long account, long virtualAccount, RegistrationKind kind) =>
        Expect(kind, Facts() with { Existing = Existing(Key, account, virtualAccount) });

    [Fact]
    public void Restricted_licenses_go_along_to_another_virtual_account_only()
    {
        Expect(RegistrationKind.MovedWithRestricted, Facts() with { Existing = Existing(Key, 1, 11), ExistingHoldsRestricted = true });
        Expect(RegistrationKind.Again, Facts() with { Existing = Existing(Key, 1, 10), ExistingHoldsRestricted = true });
        Expect(RegistrationKind.FromOtherAccount, Facts() with { Existing = Existing(Key, 2, 10), ExistingHoldsRestricted = true });
    }

    [Fact]
    public void Without_the_key_force_reaches_no_other_account_unless_the_setting_says_so()
    {
        var foreign = Facts() with { Existing = Existing([9], account: 2), Force = true };
        Expect(WireCode.AlreadyRegistered, foreign);
        Expect(RegistrationKind.FromOtherAccount, foreign with { ForceCrossesAccounts = true });
    }

    private static void Expect(string code, RegistrationFacts facts) => Assert.Equal(code, RegistrationRules.Decide(facts, Now).Refusal?.Code);

    private static void Expect(RegistrationKind kind, RegistrationFacts facts)
    {
        var verdict = RegistrationRules.Decide(facts, Now);
        Assert.Null(verdict.Refusal);
        Assert.Equal(kind, verdict.Value);
    }

    private static RegistrationFacts Facts() => new()
    {
        TokenText = "text",
        SoftwareTag = "tag",
        Token = Token(),
        Account = new AccountFacts(1, "Acme", AccountType.Customer, AccountStatus.Active, null),
        Product = new Product { Id = 1, Tag = "tag", TagUuid = "uuid", Name = "NW-9300" },
        KeyFingerprint = Key,
        AgreementBlocks = true,
    };

    private static RegistrationToken Token(Action<RegistrationToken>? adjust = null)
    {
        var token = new RegistrationToken { AccountId = 1, Id = 1, VirtualAccountId = 10, SealedText = [], TextHash = [], CreatedBy = "", ExpiresAt = Now.AddDays(30) };
        adjust?.Invoke(token);
        return token;
    }

    private static Device Existing(byte[] key, long account = 1, long virtualAccount = 10) => new()
    {
        AccountId = account, VirtualAccountId = virtualAccount, Id = 1, Piid = "", UdiPid = "", UdiSerialNumber = "", DisplayName = "", SearchText = "",
        CertificateSerial = "", KeyFingerprint = key,
    };
}
