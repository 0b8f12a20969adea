using System.Security.Cryptography.X509Certificates;
using Purser.Protocol.Wire;

namespace Purser.Protocol.Certificates;

/// <summary>Whether an answer is the authority's.</summary>
public static class ReplyTrust
{
    /// <summary>
    /// The signer must descend from <paramref name="root"/> with the right purpose, the signature must fit the exact text, and the nonce must be the one that was asked with.
    /// The chain is judged at the answer's own time: a device whose clock is years off must still be able to learn the right time, and the nonce proves freshness.
    /// </summary>
    public static WireRefusal? Problem(ReceivedReply reply, X509Certificate2 root, string? nonce)
    {
        var chain = new List<X509Certificate2>();
        try
        {
            foreach (var der in reply.Chain)
            {
                if (ChainCheck.Load(der) is not { } certificate)
                {
                    return new WireRefusal(WireCode.BadCertificate, "The reply's credential holds something that is no certificate");
                }

                chain.Add(certificate);
            }

            var signer = ChainCheck.Verify(chain[0], chain.Skip(1), root, CertificatePurpose.MessageSigner, reply.ServerTime);
            if (!signer.IsOk)
            {
                return new WireRefusal(signer.Code!, $"The reply is not signed by the authority that this device trusts: {signer.Detail}");
            }

            using var key = chain[0].GetECDsaPublicKey();
            if (key is null || !MessageSignature.Verify(key, reply.Text, reply.Signature))
            {
                return new WireRefusal(WireCode.BadSignature, "The reply's signature does not fit its text");
            }
        }
        finally
        {
            chain.ForEach(static certificate => certificate.Dispose());
        }

        return nonce is not null && reply.Reply.Header.Nonce != nonce
            ? new WireRefusal(WireCode.NonceReplayed, "The reply belongs to another request")
            : null;
    }
}
