using System.Security.Cryptography;
using Purser.Protocol;
using Purser.Protocol.Certificates;

namespace Purser.Server.Pki;

/// <summary>Issues identity certificates in the order of docs/issuance.md. The caller puts the ticket on record between the two calls.</summary>
public sealed class CertificateIssuer(AuthorityKeys keys, IdentityContent contents)
{
    /// <summary>Steps 1 and 2: chooses the serial and writes what will be signed. Nothing is signed yet.</summary>
    /// <param name="publicKey">DER SubjectPublicKeyInfo; the message check has proved that the device has its private part.</param>
    public IssuanceTicket Prepare(string product, string piid, byte[] publicKey, DateTimeOffset now)
    {
        var issuing = keys.Current.CurrentIssuing;
        var draft = new IdentityDraft(
            Serials.Text(Serials.NewIdentity()), product, piid, publicKey, LicensingTimes.NotBefore(now), LicensingTimes.IdentityExpiry(now));
        if (draft.NotAfter > issuing.NotAfter || !Guid.TryParseExact(piid, "D", out _))
        {
            throw new InvalidOperationException($"The issuing key {issuing.Id} cannot vouch for {piid} until {draft.NotAfter:O}");
        }

        return new IssuanceTicket(draft.Serial, issuing.Id, contents.Write(draft, issuing), draft.NotBefore, draft.NotAfter);
    }

    /// <summary>The ticket of an issuance that was recorded but not finished, because the server stopped in between.</summary>
    public static IssuanceTicket Resume(string serial, long issuingKeyId, byte[] content, DateTimeOffset notBefore, DateTimeOffset notAfter) =>
        new(serial, issuingKeyId, content, notBefore, notAfter);

    /// <summary>Steps 3 and 4: signs the recorded content and compares the result with the record.</summary>
    public byte[] Sign(IssuanceTicket ticket, ReadOnlySpan<byte> recordedHash)
    {
        if (!ticket.TryRedeem())
        {
            throw new InvalidOperationException($"The ticket for certificate {ticket.Serial} was already redeemed");
        }

        var issuing = keys.Current.Issuing.FirstOrDefault(key => key.Id == ticket.IssuingKeyId)
            ?? throw new InvalidOperationException($"The issuing key {ticket.IssuingKeyId} is retired");
        var certificate = IdentityContent.Assemble(ticket.Content, issuing.SigningKey);
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(IdentityContent.ContentOf(certificate).Span), recordedHash)
            ? certificate
            : throw new CryptographicException($"The certificate {ticket.Serial} does not say what is on record; it was thrown away");
    }

    /// <summary>What a device keeps: its own certificate, the issuing one, the root.</summary>
    public IReadOnlyList<string> ChainOf(byte[] certificate, long issuingKeyId)
    {
        var ring = keys.Current;
        return [Convert.ToBase64String(certificate), ring.Issuing.First(key => key.Id == issuingKeyId).Base64, ring.Root.Base64];
    }
}
