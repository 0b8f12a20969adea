using System.Security.Cryptography;

namespace Purser.Server.Pki;

/// <summary>
/// The right to sign one certificate, once. Made by <see cref="CertificateIssuer.Prepare"/> only, from content that passed all checks; what it
/// says goes on record before it is redeemed (docs/issuance.md).
/// </summary>
public sealed class IssuanceTicket
{
    private int redeemed;

    internal IssuanceTicket(string serial, long issuingKeyId, byte[] content, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        Serial = serial;
        IssuingKeyId = issuingKeyId;
        Content = content;
        ContentHash = SHA256.HashData(content);
        NotBefore = notBefore;
        NotAfter = notAfter;
    }

    public string Serial { get; }

    public long IssuingKeyId { get; }

    /// <summary>Exactly what will be signed.</summary>
    public byte[] Content { get; }

    public byte[] ContentHash { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    internal bool TryRedeem() => Interlocked.Exchange(ref redeemed, 1) == 0;
}
