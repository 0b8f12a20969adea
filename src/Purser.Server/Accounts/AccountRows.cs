using Purser.Server.Store;

namespace Purser.Server.Accounts;

public enum AccountType
{
    Customer,
    PartnerHolding,
    LimitedUse,
}

public enum AccountStatus
{
    Pending,
    Active,
    Closed,
}

/// <summary>A Smart Account. The domain identifier is unique in the installation, so this table is its own directory.</summary>
public sealed class Account : IDirectoryRow
{
    public long Id { get; set; }
    public required string Name { get; set; }

    /// <summary>Lower case, ASCII (punycode where needed).</summary>
    public required string Domain { get; set; }

    /// <summary>The part of the domain that somebody can own ("acme.co.uk" of "eu.acme.co.uk"): duplicates are judged by it.</summary>
    public string RootDomain { get; set; } = "";
    public string Description { get; set; } = "";

    /// <summary>The company's address, in lines as on a letter.</summary>
    public string Headquarters { get; set; } = "";
    public SearchVisibility Visibility { get; set; }

    /// <summary>Who created it; empty where the operator did.</summary>
    public string CreatedBy { get; set; } = "";

    /// <summary>The customer in the vendor's customer registry; empty where the operator has not said. Several accounts may be one customer's.</summary>
    public string PartyId { get; set; } = "";
    public AccountType Type { get; set; }
    public AccountStatus Status { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Operator's permission to make tokens with the export flag (domain rules 9.1).</summary>
    public bool ExportPermitted { get; set; }

    /// <summary>The other regime: its product instances must hold restricted licenses of their own, locked to them (domain rules 9.1).</summary>
    public bool HoldsRestrictedLicenses { get; set; }

    /// <summary>The operator enabled reservation for it, specific and universal apart (help ch. 4; domain rules 8.1).</summary>
    public bool SpecificReservation { get; set; }
    public bool UniversalReservation { get; set; }

    /// <summary>The newest agreement version that was accepted for this account; null before the first.</summary>
    public int? AgreementVersion { get; set; }
}

/// <summary>
/// The account's journal head: locked first by every writer, which makes the account's book serial. Sequence numbers have no gaps; the hashes
/// are those of the last row of each chain. Account 0 is the installation itself (audit of catalog, staff, settings).
/// </summary>
public sealed class AccountHead : ITenantRow
{
    public const long Installation = 0;

    public long AccountId { get; set; }
    public long EventSeq { get; set; }
    public required byte[] EventHash { get; set; }
    public long EntrySeq { get; set; }
    public required byte[] EntryHash { get; set; }
    public long AuditSeq { get; set; }
    public required byte[] AuditHash { get; set; }
}

/// <summary>Who may see a virtual account's name when placing orders: everybody, or only its own people (H 1).</summary>
public enum AccessLevel
{
    Public,
    Private,
}

public sealed class VirtualAccount : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public required string Name { get; set; }

    /// <summary>Upper-cased name: unique in the account whatever the case.</summary>
    public required string NameKey { get; set; }
    public string Description { get; set; } = "";
    public long? ParentId { get; set; }

    /// <summary>1 at the top, at most 10 (domain rules 12.4).</summary>
    public int Level { get; set; }
    public bool IsDefault { get; set; }
    public AccessLevel AccessLevel { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A published version of the license agreement.</summary>
public sealed class Agreement : IDirectoryRow
{
    public int Version { get; set; }
    public required string Title { get; set; }
    public required string Text { get; set; }
    public required byte[] TextHash { get; set; }
    public DateTimeOffset PublishedAt { get; set; }
}

public sealed class AgreementAcceptance : ITenantRow
{
    public long AccountId { get; set; }
    public int Version { get; set; }
    public long PersonId { get; set; }
    public required string PersonName { get; set; }
    public DateTimeOffset AcceptedAt { get; set; }
    public required byte[] TextHash { get; set; }
}
