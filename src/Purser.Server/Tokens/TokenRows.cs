using Purser.Server.Store;

namespace Purser.Server.Tokens;

/// <summary>A product instance registration token (TK-01). Its text can be copied again, so it is kept sealed, and found by its hash.</summary>
public sealed class RegistrationToken : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public long VirtualAccountId { get; set; }
    public required byte[] SealedText { get; set; }
    public required byte[] TextHash { get; set; }
    public string Description { get; set; } = "";
    public bool ExportControlled { get; set; }

    /// <summary>Null: any number of devices.</summary>
    public int? MaximumUses { get; set; }
    public int Uses { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>Token hash → where its row lies.</summary>
public sealed class TokenDirectory : IDirectoryRow
{
    public required byte[] TextHash { get; set; }
    public long AccountId { get; set; }
    public long TokenId { get; set; }
}
