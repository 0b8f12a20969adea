using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Purser.Protocol.Certificates;

/// <summary>What a certificate of the authority may be used for; each has an extended key usage, so that none can stand in for another.</summary>
public enum CertificatePurpose
{
    /// <summary>A device's identity (clientAuth).</summary>
    DeviceIdentity,

    /// <summary>Answers, files and bundles of the authority (documentSigning, RFC 9336). A device's certificate has not got it, so no device can answer for the authority.</summary>
    MessageSigner,

    /// <summary>HTTPS (serverAuth).</summary>
    TlsServer,
}

/// <summary>Contents of every certificate of the authority (device reference 2.9).</summary>
public static class CertificateProfile
{
    public static readonly TimeSpan RootValidity = TimeSpan.FromDays(365 * 20);
    public static readonly TimeSpan IssuingValidity = TimeSpan.FromDays(365 * 5);
    public static readonly TimeSpan MessageSignerValidity = TimeSpan.FromDays(365 * 2);
    public static readonly TimeSpan TlsServerValidity = TimeSpan.FromDays(365);

    private const int CommonNameLength = 64; // ub-common-name, RFC 5280
    private const string SerialNumberOid = "2.5.4.5";

    public static string UsageOid(CertificatePurpose purpose) => purpose switch
    {
        CertificatePurpose.DeviceIdentity => "1.3.6.1.5.5.7.3.2",
        CertificatePurpose.MessageSigner => "1.3.6.1.5.5.7.3.36",
        CertificatePurpose.TlsServer => "1.3.6.1.5.5.7.3.1",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };

    /// <summary>A prefix byte below 0x80 (positive, fixed length; tells kinds or nodes apart) and 128 random bits.</summary>
    public static byte[] Serial(byte prefix, RandomNumberGenerator random)
    {
        ArgumentOutOfRangeException.ThrowIfZero(prefix);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(prefix, (byte)0x80);
        var serial = new byte[17];
        random.GetBytes(serial);
        serial[0] = prefix;
        return serial;
    }

    public static X500DistinguishedName DeviceSubject(string product, string productInstanceIdentifier, string vendor)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(Fit(product));
        name.Add(SerialNumberOid, productInstanceIdentifier, UniversalTagNumber.PrintableString);
        name.AddOrganizationName(Fit(vendor));
        return name.Build();
    }

    public static X500DistinguishedName AuthoritySubject(string commonName, string vendor)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(Fit(commonName));
        name.AddOrganizationName(Fit(vendor));
        return name.Build();
    }

    /// <summary>The product instance identifier in a device's certificate; null when there is none.</summary>
    public static string? ProductInstanceIdentifier(X509Certificate2 certificate)
    {
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == SerialNumberOid)
            {
                return part.GetSingleElementValue();
            }
        }

        return null;
    }

    public static CertificateRequest Root(X500DistinguishedName subject, ECDsa key) => Authority(subject, key, pathLength: 1, issuer: null);

    public static CertificateRequest Issuing(X500DistinguishedName subject, ECDsa key, X509Certificate2 root) => Authority(subject, key, pathLength: 0, root);

    /// <summary>A certificate that signs no others. For HTTPS the caller adds the subject alternative names.</summary>
    public static CertificateRequest EndEntity(CertificatePurpose purpose, X500DistinguishedName subject, PublicKey key, X509Certificate2 issuer)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(UsageOid(purpose))], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request;
    }

    private static CertificateRequest Authority(X500DistinguishedName subject, ECDsa key, int pathLength, X509Certificate2? issuer)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLength, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (issuer is not null)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        }

        return request;
    }

    private static string Fit(string text) => text.Length <= CommonNameLength ? text : text[..CommonNameLength];
}
