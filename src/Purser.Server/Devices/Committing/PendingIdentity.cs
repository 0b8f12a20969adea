using System.Text.Json;
using Purser.Server.Pki;

namespace Purser.Server.Devices.Committing;

/// <summary>An issuance on record whose certificate is not signed yet (docs/issuance.md, step 3), with all that the reply will say.</summary>
public sealed record PendingIdentity(
    string Serial,
    long IssuingKeyId,
    byte[] Content,
    byte[] ContentHash,
    string Piid,
    string SmartAccount,
    string VirtualAccount,
    bool ExportAllowed,
    DateTimeOffset IssuedAt,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter)
{
    public IssuanceTicket Ticket() => CertificateIssuer.Resume(Serial, IssuingKeyId, Content, NotBefore, NotAfter);

    public string ToJson() => JsonSerializer.Serialize(this);

    public static PendingIdentity FromJson(string json) => JsonSerializer.Deserialize<PendingIdentity>(json)!;
}
