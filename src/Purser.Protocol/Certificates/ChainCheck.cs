using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Purser.Protocol.Certificates;

/// <summary>Whether a certificate descends from the authority's root, is good for a purpose, and is within its dates at a given instant. Revocation is the caller's own table.</summary>
public static class ChainCheck
{
    public static WireResult<X509Certificate2> Verify(
        X509Certificate2 certificate,
        IEnumerable<X509Certificate2> intermediates,
        X509Certificate2 root,
        CertificatePurpose purpose,
        DateTimeOffset at)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(CertificateProfile.UsageOid(purpose)));
        foreach (var intermediate in intermediates)
        {
            chain.ChainPolicy.ExtraStore.Add(intermediate);
        }

        var good = chain.Build(certificate);
        var result = good ? certificate : Refusal(chain.ChainStatus);
        foreach (var element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }

        return result;
    }

    /// <summary>Null when the bytes are no certificate. The caller disposes of it.</summary>
    public static X509Certificate2? Load(ReadOnlySpan<byte> der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>SHA-256 over the DER form, lower-case hexadecimal: what the token page prints and a device pins.</summary>
    public static string Fingerprint(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span));

    private static WireResult<X509Certificate2> Refusal(X509ChainStatus[] statuses)
    {
        var onlyTime = statuses.All(static status => status.Status == X509ChainStatusFlags.NotTimeValid);
        return new WireRefusal(
            onlyTime ? WireCode.CertificateExpired : WireCode.BadCertificate,
            string.Join("; ", statuses.Select(static status => status.StatusInformation.Trim()).Distinct(StringComparer.Ordinal)));
    }
}
