using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Certificates;

namespace Purser.Agent;

/// <summary>Decides whether a file that a person brought is of the authority that this device trusts.</summary>
internal static class AuthorityFile
{
    /// <summary>
    /// The root (base64), once all descends from it. The chain is judged at the time when the file was made: it may be brought years later, and the
    /// device's clock may be wrong.
    /// </summary>
    /// <param name="certificates">The signer's first; DER.</param>
    public static WireResult<string> Root(TrustAnchor trust, IReadOnlyList<byte[]> certificates, DateTimeOffset madeAt, Func<ECDsa, bool> isSignedBy)
    {
        var chain = certificates.Select(static der => ChainCheck.Load(der)).ToList();
        using var root = Trusted(trust, chain);
        try
        {
            if (root is null)
            {
                return Untrusted(trust is { Root: null, Fingerprint: null }
                    ? "This device does not know its authority yet"
                    : "This device knows its authority by its fingerprint only, and the file does not hold the root certificate with it");
            }

            if (chain.Count == 0 || chain.Contains(null))
            {
                return new WireRefusal(ReservationError.Unreadable, "The file holds no proper certificates of its signer: bring the whole file, unchanged");
            }

            var signer = ChainCheck.Verify(chain[0]!, chain.Skip(1)!, root, CertificatePurpose.MessageSigner, madeAt);
            using var key = chain[0]!.GetECDsaPublicKey();
            return !signer.IsOk ? Untrusted($"The file is not signed by the authority that this device trusts: {signer.Detail}")
                : key is not null && isSignedBy(key) ? Convert.ToBase64String(root.RawData)
                : new WireRefusal(ReservationError.BadSignature, "The signature does not fit: the file was changed or damaged on its way. Bring it again from the portal, unchanged");
        }
        finally
        {
            chain.ForEach(static certificate => certificate?.Dispose());
        }
    }

    public static WireRefusal Untrusted(string why) =>
        new(ReservationError.Untrusted, $"{why}. Give it the root certificate, which the portal has at /pki/root.pem: license smart trustpoint file FILE");

    private static X509Certificate2? Trusted(TrustAnchor trust, List<X509Certificate2?> chain) => trust.Root is { } known
        ? ChainCheck.Load(Convert.FromBase64String(known))
        : chain.OfType<X509Certificate2>().FirstOrDefault(one => ChainCheck.Fingerprint(one) == trust.Fingerprint) is { } shown ? ChainCheck.Load(shown.RawData) : null;
}
