using Purser.Server.Store;

namespace Purser.Server.Pki;

public enum AuthorityKeyKind
{
    Root,
    Issuing,

    /// <summary>Signs answers and documents; a device's certificate cannot stand in for it.</summary>
    MessageSigner,
    Tls,
}

/// <summary>A key of the authority. The private part is sealed; a root that lives offline has none.</summary>
public sealed class AuthorityKey : IDirectoryRow
{
    public long Id { get; set; }
    public AuthorityKeyKind Kind { get; set; }
    public required byte[] Certificate { get; set; }
    public byte[]? SealedPrivateKey { get; set; }
    public DateTimeOffset NotBefore { get; set; }
    public DateTimeOffset NotAfter { get; set; }
    public DateTimeOffset? RetiredAt { get; set; }
}

public enum CertificateState
{
    /// <summary>Serial and content are on record, nothing was signed yet (docs/issuance.md).</summary>
    Intended,
    Issued,
    Revoked,
}

/// <summary>An identity certificate of a product instance, found by its serial across accounts.</summary>
public sealed class IdentityCertificate : IDirectoryRow
{
    public required string Serial { get; set; }
    public long AccountId { get; set; }
    public long DeviceId { get; set; }
    public required string Piid { get; set; }
    public long IssuingKeyId { get; set; }
    public CertificateState State { get; set; }

    /// <summary>SHA-256 of the to-be-signed part, written before signing.</summary>
    public required byte[] ContentHash { get; set; }
    public DateTimeOffset NotBefore { get; set; }
    public DateTimeOffset NotAfter { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public string RevocationReason { get; set; } = "";
}

/// <summary>A part of the list of revoked certificates: serial modulo <see cref="RevocationShards.Count"/>, per issuing key.</summary>
public sealed class RevocationList : IDirectoryRow
{
    public long IssuingKeyId { get; set; }
    public int Shard { get; set; }

    /// <summary>Rises by one with every list.</summary>
    public long Number { get; set; }
    public required byte[] Content { get; set; }
    public DateTimeOffset ThisUpdate { get; set; }
    public DateTimeOffset NextUpdate { get; set; }
}
