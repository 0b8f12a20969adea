using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Protocol.Wire;

namespace Purser.Protocol.Certificates;

/// <summary>
/// Decides whether an answer is the authority's. A chain is checked once and its key is kept: checking costs several times the signature itself, and an authority has few signers.
/// Safe for many threads.
/// </summary>
public sealed class TrustedSigners : IDisposable
{
    private const int Capacity = 64;

    private readonly ConcurrentDictionary<string, Signer> known = new(StringComparer.Ordinal);

    /// <summary>
    /// The signer must descend from <paramref name="root"/> with the right purpose, the signature must fit the exact text, and the nonce must be the one that was asked with.
    /// The chain is judged at the answer's own time: a device whose clock is years off must still be able to learn the right time, and the nonce proves freshness.
    /// </summary>
    public WireRefusal? Problem(ReceivedReply reply, byte[] root, string? nonce)
    {
        var id = Id(reply.Chain, root);
        if (!known.TryGetValue(id, out var signer) || !signer.IsGoodAt(reply.ServerTime))
        {
            var checkedSigner = Check(reply, root);
            if (!checkedSigner.IsOk)
            {
                return new WireRefusal(checkedSigner.Code!, checkedSigner.Detail!);
            }

            signer = Keep(id, checkedSigner.Value);
        }

        if (!signer.Signed(reply))
        {
            return new WireRefusal(WireCode.BadSignature, "The reply's signature does not fit its text");
        }

        return nonce is not null && reply.Reply.Header.Nonce != nonce
            ? new WireRefusal(WireCode.NonceReplayed, "The reply belongs to another request")
            : null;
    }

    public void Dispose()
    {
        foreach (var signer in known.Values)
        {
            signer.Dispose();
        }
    }

    private static string Id(IReadOnlyList<byte[]> chain, byte[] root)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var certificate in chain.Prepend(root))
        {
            hash.AppendData(BitConverter.GetBytes(certificate.Length));
            hash.AppendData(certificate);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static WireResult<Signer> Check(ReceivedReply reply, byte[] rootDer)
    {
        var chain = reply.Chain.Prepend(rootDer).Select(static der => ChainCheck.Load(der)).ToList();
        try
        {
            if (chain.Contains(null))
            {
                return new WireRefusal(WireCode.BadCertificate, "The reply's credential holds something that is no certificate");
            }

            var signer = ChainCheck.Verify(chain[1]!, chain.Skip(2)!, chain[0]!, CertificatePurpose.MessageSigner, reply.ServerTime);
            if (!signer.IsOk)
            {
                return new WireRefusal(signer.Code!, $"The reply is not signed by the authority that this device trusts: {signer.Detail}");
            }

            return chain[1]!.GetECDsaPublicKey() is { } key
                ? new Signer(key, chain.Max(static one => Utc(one!.NotBefore)), chain.Min(static one => Utc(one!.NotAfter)))
                : new WireRefusal(WireCode.BadCertificate, "The reply's signer has no ECDSA key");
        }
        finally
        {
            chain.ForEach(static certificate => certificate?.Dispose());
        }
    }

    private static DateTimeOffset Utc(DateTime time) => new(time.ToUniversalTime());

    private Signer Keep(string id, Signer signer)
    {
        if (known.Count >= Capacity)
        {
            // A healthy authority has one signer at a time; whoever shows more may pay for the checks.
            return signer;
        }

        return known.AddOrUpdate(id, signer, (_, _) => signer);
    }

    /// <summary>Key objects are not documented to bear many threads at once, hence the lock.</summary>
    private sealed class Signer(ECDsa key, DateTimeOffset from, DateTimeOffset to) : IDisposable
    {
        private readonly Lock gate = new();

        public bool IsGoodAt(DateTimeOffset instant) => instant >= from && instant <= to;

        public bool Signed(ReceivedReply reply)
        {
            lock (gate)
            {
                return MessageSignature.Verify(key, reply.Text, reply.Signature);
            }
        }

        public void Dispose() => key.Dispose();
    }
}
