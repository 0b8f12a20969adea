using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Purser.Server.Http;

/// <summary>Certificate authorities that servers which this one calls may use besides the system's; the server's name must fit in any case.</summary>
internal sealed class TrustedAuthorities
{
    private readonly X509Certificate2Collection trusted = [];

    /// <param name="pemFile">Empty: the system's alone.</param>
    public TrustedAuthorities(string pemFile)
    {
        if (pemFile.Length > 0)
        {
            trusted.ImportFromPemFile(pemFile);
        }
    }

    /// <summary>Null: the system judges by itself.</summary>
    public RemoteCertificateValidationCallback? Callback => trusted.Count > 0 ? IsTrusted : null;

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 own)
        {
            return errors == SslPolicyErrors.None;
        }

        using var second = new X509Chain();
        second.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        second.ChainPolicy.CustomTrustStore.AddRange(trusted);
        second.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        second.ChainPolicy.ExtraStore.AddRange(chain?.ChainElements.Select(element => element.Certificate).ToArray() ?? []);
        return second.Build(own);
    }
}
