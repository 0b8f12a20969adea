using Purser.Protocol;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Tokens;

namespace Purser.Server.Devices.Rules;

/// <summary>What is known when a device registers. Rows are null where nothing was found.</summary>
public sealed record RegistrationFacts
{
    public required string TokenText { get; init; }
    public required string SoftwareTag { get; init; }
    public RegistrationToken? Token { get; init; }
    public AccountFacts? Account { get; init; }
    public Product? Product { get; init; }

    /// <summary>The registered product instance of this UDI and product, wherever it lies.</summary>
    public Device? Existing { get; init; }

    /// <summary>The UDI is that of one of <see cref="Existing"/>'s other units (PI-07).</summary>
    public bool IsUnit { get; init; }
    public required byte[] KeyFingerprint { get; init; }

    /// <summary>Restricted licenses are locked to <see cref="Existing"/>.</summary>
    public bool ExistingHoldsRestricted { get; init; }
    public bool Force { get; init; }

    /// <summary>May <see cref="Force"/> alone end the registration of another Smart Account?</summary>
    public bool ForceCrossesAccounts { get; init; }

    /// <summary>Null: none was ever published.</summary>
    public int? NewestAgreement { get; init; }
    public bool AgreementBlocks { get; init; }
}

/// <summary>The account of a token or a device, as far as rules ask.</summary>
public sealed record AccountFacts(long Id, string Name, AccountType Type, AccountStatus Status, int? AgreementVersion, bool HoldsRestrictedLicenses = false);

/// <summary>What a registration means for a device that may be known already (domain rules 7.3).</summary>
public enum RegistrationKind
{
    New,

    /// <summary>The row and its history stay.</summary>
    Again,

    /// <summary>As <see cref="Again"/>, in another virtual account: a transfer by re-registration.</summary>
    Moved,

    /// <summary>As <see cref="Moved"/>, but restricted licenses are locked to it, which go along with their lines (domain rules 7.5): the book moves first.</summary>
    MovedWithRestricted,

    /// <summary>It never called before, and gives up what it reserved (help ch. 6; domain rules 8.9): the book releases that first.</summary>
    GivesUpReservation,

    /// <summary>The old row ends in the other Smart Account, a new one begins.</summary>
    FromOtherAccount,

    /// <summary>A unit leaves the high availability set that it belongs to, a new row begins.</summary>
    FromSet,
}

/// <summary>Whether a device may register, and as what (domain rules 7.1–7.3).</summary>
public static class RegistrationRules
{
    public static RuleVerdict<RegistrationKind> Decide(RegistrationFacts facts, DateTimeOffset now)
    {
        if (TokenProblem(facts, now) is { } token)
        {
            return token;
        }

        var account = facts.Account!;
        if (account.Status != AccountStatus.Active)
        {
            return Refuse(WireCode.NotAllowed, $"The Smart Account {account.Name} is not active.");
        }

        if (!AccountTypeRules.CanActivate(account.Type))
        {
            // Domain rules 12.1: holding accounts have no tokens and no registrations.
            return Refuse(WireCode.NotAllowed, $"{account.Name} is a holding account: product instances cannot register in it.");
        }

        if (facts.AgreementBlocks && AgreementGate.IsPending(account.AgreementVersion, facts.NewestAgreement))
        {
            return Refuse(
                WireCode.AgreementPending,
                $"The license agreement (version {facts.NewestAgreement}) has not been accepted for {account.Name}. A Smart Account Administrator or Approver accepts it under Agreements; then register again.");
        }

        return facts.Product is null
            ? Refuse(WireCode.UnknownProduct, $"The software tag '{facts.SoftwareTag}' is not in the catalog of this license authority.")
            : KindOf(facts);
    }

    private static RuleVerdict<RegistrationKind> KindOf(RegistrationFacts facts)
    {
        if (facts.Existing is not { } existing)
        {
            return RegistrationKind.New;
        }

        if (existing.Mode == DeviceMode.Reserved && !facts.IsUnit)
        {
            return RegistrationKind.GivesUpReservation;
        }

        // A UDI is printed on the box; only the key shows that it is the same device. Without it the command must say force.
        // One that gave its reservation up a moment ago has shown no key yet.
        var isSame = existing.KeyFingerprint.AsSpan().SequenceEqual(facts.KeyFingerprint)
            || (existing.KeyFingerprint.Length == 0 && existing.AccountId == facts.Token!.AccountId);
        if (!isSame && facts.IsUnit && !facts.Force)
        {
            return Refuse(
                WireCode.HaUnitRegistered,
                "This UDI is a unit of a high availability set that is registered already. Take it out of the set first; or register with 'force', and the set loses it.");
        }

        if (!isSame && !facts.Force)
        {
            return Refuse(
                WireCode.AlreadyRegistered,
                "A product instance with this UDI and product is registered with another key. If it lost its trusted store or was replaced, register with 'force'; otherwise deregister the other one first.");
        }

        var isForeign = existing.AccountId != facts.Token!.AccountId;
        if (!isSame && isForeign && !facts.ForceCrossesAccounts)
        {
            // A serial number and a token of one's own must not be enough to end what another customer runs.
            return Refuse(
                WireCode.AlreadyRegistered,
                "A product instance with this UDI and product is registered in another Smart Account, with another key, so 'force' is not enough. Deregister it on the device that holds that key, or have its Smart Account or the license authority's operator remove it; then register again.");
        }

        if (facts.IsUnit && !isSame)
        {
            return RegistrationKind.FromSet;
        }

        if (isForeign)
        {
            return RegistrationKind.FromOtherAccount;
        }

        if (existing.VirtualAccountId == facts.Token.VirtualAccountId)
        {
            return RegistrationKind.Again;
        }

        return facts.ExistingHoldsRestricted ? RegistrationKind.MovedWithRestricted : RegistrationKind.Moved;
    }

    private static WireRefusal? TokenProblem(RegistrationFacts facts, DateTimeOffset now)
    {
        if (facts.Token is not { } token)
        {
            return Refuse(
                WireCode.TokenInvalid,
                $"The token '{facts.TokenText}' is not valid. Copy it again from the virtual account's General tab; a token works only at the license authority that made it.");
        }

        return TokenRules.Judge(token, now) is { } refusal ? Refuse(CodeOf(refusal.Code), refusal.Detail) : null;
    }

    private static string CodeOf(RefusalCode code) => code switch
    {
        RefusalCode.TokenRevoked => WireCode.TokenRevoked,
        RefusalCode.TokenExpired => WireCode.TokenExpired,
        RefusalCode.TokenUsedUp => WireCode.TokenUsedUp,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No such refusal of a token"),
    };

    private static WireRefusal Refuse(string code, string detail) => new(code, detail);
}
