using Purser.Server.Store;

namespace Purser.Server.Usage.Trust;

/// <summary>A key of a product instance, or of a unit of its set, that the authority knows (SP-02).</summary>
public sealed class IssuedTrust : ITenantRow
{
    public long AccountId { get; set; }

    /// <summary>Stands in the trust code, and in each signature that is made with the key.</summary>
    public long Id { get; set; }
    public long DeviceId { get; set; }

    /// <summary>Of the unit whose key it is.</summary>
    public required string Udi { get; set; }

    /// <summary>DER SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; set; }
    public DateTimeOffset ValidFrom { get; set; }
    public DateTimeOffset ValidUntil { get; set; }

    /// <summary>A later code of the same unit took its place; what was signed before stays good.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
