using Microsoft.AspNetCore.Identity;
using Purser.Server.Accounts;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>A person who can sign in, once per installation however many accounts she works in.</summary>
public sealed class Person : IdentityUser<long>, IDirectoryRow
{
    public required string DisplayName { get; set; }

    /// <summary>What a company owns of the address's domain, "acme.example" of "jo@eu.acme.example": "company users" are found by it.</summary>
    public string MailDomain { get; private set; } = "";

    public override string? Email
    {
        get => base.Email;
        set
        {
            base.Email = value;
            MailDomain = value is null ? "" : CompanyOf(value[(value.LastIndexOf('@') + 1)..]);
        }
    }

    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? LastSignInAt { get; set; }
    public bool IsDisabled { get; set; }

    /// <summary>The source that alone proves who she is: she has no password here. Null for people with a password of their own.</summary>
    public long? SourceId { get; set; }

    private static string CompanyOf(string typed) =>
        DomainNames.Normalize(typed) is { } domain ? PublicSuffixes.RegistrableOf(domain) ?? domain : typed.ToLowerInvariant();
}

/// <summary>A person's role among the operator's staff.</summary>
public sealed class OperatorGrant : IDirectoryRow
{
    public long PersonId { get; set; }
    public OperatorRole Role { get; set; }
}

/// <summary>A role held in a Smart Account by a person, a user group or an API client, for the whole account or one virtual account.</summary>
public sealed class RoleGrant : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public long? PersonId { get; set; }
    public long? ClientId { get; set; }

    /// <summary>A user group, of this Smart Account or of another one that was let in.</summary>
    public long? GroupId { get; set; }
    public Role Role { get; set; }

    /// <summary>Null for account-wide roles.</summary>
    public long? VirtualAccountId { get; set; }
    public bool IncludesChildren { get; set; }
    public DateTimeOffset GrantedAt { get; set; }
    public required string GrantedBy { get; set; }

    /// <summary>The source whose groups gave it, and may take it again. Null: given by hand.</summary>
    public long? SourceId { get; set; }
}

/// <summary>A signed-in browser. The cookie carries only a random key; the ticket lies here, sealed.</summary>
public sealed class Session : IDirectoryRow
{
    public required byte[] KeyHash { get; set; }
    public long PersonId { get; set; }
    public required byte[] SealedTicket { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public string RemoteAddress { get; set; } = "";
    public string UserAgent { get; set; } = "";
}

/// <summary>Credentials of a program, made by an account's administrator. The secret is kept as a hash only.</summary>
public sealed class ApiClient : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public required string ClientId { get; set; }
    public required string Name { get; set; }
    public required byte[] SecretHash { get; set; }

    /// <summary>Null while it has its first secret.</summary>
    public DateTimeOffset? SecretRenewedAt { get; set; }

    /// <summary>The secret before the present one, which goes on working for a while; afterwards it is known as the one that has ended.</summary>
    public byte[]? PreviousSecretHash { get; set; }
    public DateTimeOffset? PreviousSecretEndsAt { get; set; }

    /// <summary>When it was last used since there is a newer one: whoever ends it sees whether a program still needs it.</summary>
    public DateTimeOffset? PreviousSecretUsedAt { get; set; }

    /// <summary>Comma-separated <see cref="ApiScope"/> names.</summary>
    public required string Scopes { get; set; }

    /// <summary>Where a browser may be sent back to with a code, one a line; empty for programs without people in front of them.</summary>
    public string RedirectUris { get; set; } = "";

    /// <summary>Only for clients of the operator, which belong to the installation (account 0) and have no role in any account.</summary>
    public OperatorRole? OperatorRole { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>When its administrators were told that it ends soon.</summary>
    public DateTimeOffset? EndToldAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }

    public bool IsOfOperator => AccountId == Accounts.AccountHead.Installation;

    /// <summary>Secrets live on the machine clock, not on the domain clock (design 3).</summary>
    public bool IsUsable(DateTimeOffset machineNow) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > machineNow);

    public bool HasPreviousSecret(DateTimeOffset machineNow) => RevokedAt is null && PreviousSecretEndsAt > machineNow;
}

/// <summary>Client id → where its row lies.</summary>
public sealed class ApiClientDirectory : IDirectoryRow
{
    public required string ClientId { get; set; }
    public long AccountId { get; set; }
    public long ApiClientId { get; set; }
}

/// <summary>An opaque bearer token, by the hash of its text. Of a client, or of a person through a client.</summary>
public sealed class AccessToken : IDirectoryRow
{
    public required byte[] TokenHash { get; set; }
    public long AccountId { get; set; }
    public long ApiClientId { get; set; }
    public long? PersonId { get; set; }

    /// <summary>Tokens for a person: what began with the same consent or password ends together.</summary>
    public string Family { get; set; } = "";
    public required string Scopes { get; set; }
    public DateTimeOffset IssuedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}

public enum DelegationKind
{
    /// <summary>Good once, for a minute: brought by the browser after a person has consented.</summary>
    Code,

    /// <summary>Good once, for days: each use gives the next.</summary>
    Refresh,
}

/// <summary>A secret, by its hash, with which a program gets access tokens for a person.</summary>
public sealed class Delegation : IDirectoryRow
{
    public required byte[] SecretHash { get; set; }
    public DelegationKind Kind { get; set; }
    public required string Family { get; set; }
    public long AccountId { get; set; }
    public long ApiClientId { get; set; }
    public long PersonId { get; set; }
    public required string Scopes { get; set; }

    /// <summary>Of a code: the address it was asked for with, and the challenge that its redeemer answers; empty where there was none.</summary>
    public string RedirectUri { get; set; } = "";
    public string Challenge { get; set; } = "";
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Spent secrets are kept to their end: one that comes again was stolen.</summary>
    public DateTimeOffset? SpentAt { get; set; }
}
