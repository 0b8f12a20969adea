using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Protocol;
using Purser.Protocol.Certificates;

namespace Purser.Tests.Protocol;

/// <summary>Root, issuing and message signing certificates by the profile, with throw-away keys.</summary>
internal sealed class TestPki : IDisposable
{
    private const string Vendor = "Northwind Networks";

    private readonly ECDsa issuingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RandomNumberGenerator random = RandomNumberGenerator.Create();

    public TestPki(DateTimeOffset now)
    {
        Root = CertificateProfile.Root(CertificateProfile.AuthoritySubject("Root", Vendor), RootKey)
            .CreateSelfSigned(LicensingTimes.NotBefore(now), now + CertificateProfile.RootValidity);
        Issuing = CertificateProfile.Issuing(CertificateProfile.AuthoritySubject("Issuing 1", Vendor), issuingKey, Root)
            .Create(Root.SubjectName, Generator(RootKey), LicensingTimes.NotBefore(now), now + CertificateProfile.IssuingValidity, Serial());
        Signer = Sign(CertificatePurpose.MessageSigner, CertificateProfile.AuthoritySubject("Message signer 1", Vendor), new PublicKey(SignerKey), now, now + CertificateProfile.MessageSignerValidity);
        Chain = [Convert.ToBase64String(Signer.RawData), Convert.ToBase64String(Issuing.RawData), Convert.ToBase64String(Root.RawData)];
    }

    public X509Certificate2 Root { get; }

    public ECDsa RootKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public X509Certificate2 Issuing { get; }

    public X509Certificate2 Signer { get; }

    public ECDsa SignerKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public IReadOnlyList<string> Chain { get; }

    public X509Certificate2 Device(string product, string identifier, ECDsa key, DateTimeOffset now) => Sign(
        CertificatePurpose.DeviceIdentity, CertificateProfile.DeviceSubject(product, identifier, Vendor), new PublicKey(key), now, LicensingTimes.IdentityExpiry(now));

    public X509Certificate2 Tls(ECDsa key, DateTimeOffset now)
    {
        var request = CertificateProfile.EndEntity(CertificatePurpose.TlsServer, CertificateProfile.AuthoritySubject("localhost", Vendor), new PublicKey(key), Issuing);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(Issuing.SubjectName, Generator(issuingKey), LicensingTimes.NotBefore(now), now + CertificateProfile.TlsServerValidity, Serial());
    }

    public void Dispose()
    {
        Root.Dispose();
        Issuing.Dispose();
        Signer.Dispose();
        SignerKey.Dispose();
        RootKey.Dispose();
        issuingKey.Dispose();
        random.Dispose();
    }

    private static X509SignatureGenerator Generator(ECDsa key) => X509SignatureGenerator.CreateForECDsa(key);

    private X509Certificate2 Sign(CertificatePurpose purpose, X500DistinguishedName subject, PublicKey key, DateTimeOffset now, DateTimeOffset end) =>
        CertificateProfile.EndEntity(purpose, subject, key, Issuing).Create(Issuing.SubjectName, Generator(issuingKey), LicensingTimes.NotBefore(now), end, Serial());

    private byte[] Serial() => CertificateProfile.Serial(1, random);
}
