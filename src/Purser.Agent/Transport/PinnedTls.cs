using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Purser.Agent.State;
using Purser.Protocol.Certificates;

namespace Purser.Agent.Transport;

/// <summary>TLS that believes one root and no other. Judged by the machine's clock, as every handshake is.</summary>
internal sealed class PinnedTls(TrustAnchor trust, TimeProvider machineClock)
{
    /// <summary>What was wrong with the last handshake, for a message better than "the SSL connection could not be established".</summary>
    public string? Problem { get; private set; }

    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var leaf = certificate as X509Certificate2;
        Problem = Judge(leaf, leaf is null ? [] : Shown(leaf, chain), errors);
        return Problem is null;
    }

    /// <summary>The server's certificate first, then all that came with it.</summary>
    public static IReadOnlyList<X509Certificate2> Shown(X509Certificate2 leaf, X509Chain? chain) => chain is null
        ? [leaf]
        : [leaf, .. chain.ChainPolicy.ExtraStore, .. chain.ChainElements.Select(static element => element.Certificate)];

    /// <summary>Null when the server is the one that this device trusts.</summary>
    public string? Judge(X509Certificate2? certificate, IReadOnlyList<X509Certificate2> shown, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return "the server showed no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return "the server's certificate is for another host";
        }

        if (Root(shown) is not { } root)
        {
            return "the server's certificates do not hold the root that this device trusts";
        }

        var verified = ChainCheck.Verify(certificate, shown, root, CertificatePurpose.TlsServer, machineClock.GetUtcNow());
        return verified.IsOk ? null : $"the server's certificate does not descend from the root that this device trusts ({verified.Detail})";
    }

    private X509Certificate2? Root(IEnumerable<X509Certificate2> shown) => trust.Root is { } root
        ? ChainCheck.Load(Convert.FromBase64String(root))
        : shown.FirstOrDefault(one => ChainCheck.Fingerprint(one) == trust.Fingerprint);
}
