using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Protocol.Certificates;
using Purser.Server.Settings;

namespace Purser.Server.Pki;

/// <summary>A certificate with the private key that was made for it, not yet on record.</summary>
public sealed record FreshKey(AuthorityKeyKind Kind, byte[] Certificate, byte[] PrivateKey, DateTimeOffset NotBefore, DateTimeOffset NotAfter);

/// <summary>Makes the authority's own keys: root → issuing → message signer and HTTPS certificate (device reference 2.9).</summary>
public sealed class AuthorityFactory(PurserSettings settings)
{
    // The authority's keys reach back, so that a clock that was set back after the first start, or a simulated past, does not lock everybody out.
    private static readonly TimeSpan ReachBack = TimeSpan.FromDays(366 * 2);

    public FreshKey Root(long id, DateTimeOffset now)
    {
        using var key = NewKey();
        var request = CertificateProfile.Root(Subject("Root", id), key);
        var (from, to) = (now - ReachBack, now + CertificateProfile.RootValidity);
        var certificate = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, to, Serials.NewAuthority());
        return Fresh(AuthorityKeyKind.Root, certificate, key);
    }

    public FreshKey Issuing(long id, AuthorityCertificate root, DateTimeOffset now)
    {
        using var key = NewKey();
        return Signed(AuthorityKeyKind.Issuing, CertificateProfile.Issuing(Subject("Issuing", id), key, root.Certificate), key, root, now - ReachBack,
            now + CertificateProfile.IssuingValidity);
    }

    public FreshKey MessageSigner(long id, AuthorityCertificate issuing, DateTimeOffset now)
    {
        using var key = NewKey();
        var request = CertificateProfile.EndEntity(CertificatePurpose.MessageSigner, Subject("Message Signer", id), new PublicKey(key), issuing.Certificate);
        return Signed(AuthorityKeyKind.MessageSigner, request, key, issuing, now - ReachBack, now + CertificateProfile.MessageSignerValidity);
    }

    /// <summary>For localhost and the public address; dates by the machine's clock, as every TLS client judges them.</summary>
    public FreshKey Tls(AuthorityCertificate issuing, DateTimeOffset machineNow)
    {
        using var key = NewKey();
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        if (IPAddress.TryParse(Host, out var address))
        {
            names.AddIpAddress(address);
        }
        else if (Host != "localhost")
        {
            names.AddDnsName(Host);
        }

        var request = CertificateProfile.EndEntity(
            CertificatePurpose.TlsServer, CertificateProfile.AuthoritySubject(Host, settings.Vendor.Name), new PublicKey(key), issuing.Certificate);
        request.CertificateExtensions.Add(names.Build());
        return Signed(AuthorityKeyKind.Tls, request, key, issuing, machineNow.AddDays(-1), machineNow + CertificateProfile.TlsServerValidity);
    }

    /// <summary>Is this HTTPS certificate good for the address in the settings, which may have changed since it was made?</summary>
    public bool FitsAddress(AuthorityCertificate tls) => tls.Certificate.MatchesHostname(Host);

    private string Host { get; } = settings.Http.PublicUrl.Length > 0 ? new Uri(settings.Http.PublicUrl).IdnHost : "localhost";

    private X500DistinguishedName Subject(string role, long id) =>
        CertificateProfile.AuthoritySubject($"{settings.Vendor.Name} Licensing {role} {id}", settings.Vendor.Name);

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static FreshKey Signed(
        AuthorityKeyKind kind, CertificateRequest request, ECDsa key, AuthorityCertificate issuer, DateTimeOffset from, DateTimeOffset to)
    {
        var end = to < issuer.NotAfter ? to : issuer.NotAfter;
        var begin = from > issuer.NotBefore ? from : issuer.NotBefore;
        var certificate = issuer.SigningKey.Use(signing =>
            request.Create(issuer.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(signing), begin, end, Serials.NewAuthority()));
        return Fresh(kind, certificate, key);
    }

    private static FreshKey Fresh(AuthorityKeyKind kind, X509Certificate2 certificate, ECDsa key)
    {
        using (certificate)
        {
            return new FreshKey(
                kind, certificate.RawData, key.ExportPkcs8PrivateKey(),
                new DateTimeOffset(certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero), new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero));
        }
    }
}
