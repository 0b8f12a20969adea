using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Purser.Protocol.Certificates;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Pki;

[Trait("Feature", "PI-01")]
public sealed class IssuanceTests
{
    private const string Piid = "3f0f4e0a-3a9b-4d1e-9c53-0d1b0c1d2e3f";

    [Fact]
    public async Task An_identity_certificate_is_what_the_profile_says()
    {
        await using var server = await TestInstallation.StartAsync(Engine.Sqlite);
        using var deviceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var ring = server.Get<AuthorityKeys>().Current;
        var issuer = server.Get<CertificateIssuer>();

        var ticket = issuer.Prepare("NW-9300", Piid, deviceKey.ExportSubjectPublicKeyInfo(), server.Clock.Now);
        using var certificate = X509CertificateLoader.LoadCertificate(issuer.Sign(ticket, ticket.ContentHash));

        var model = CertificateProfile.EndEntity(
            CertificatePurpose.DeviceIdentity, CertificateProfile.DeviceSubject("NW-9300", Piid, "Northwind Networks"), new PublicKey(deviceKey), ring.CurrentIssuing.Certificate);
        Assert.Equal(model.SubjectName.RawData, certificate.SubjectName.RawData);
        Assert.Equal(deviceKey.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
        foreach (var extension in model.CertificateExtensions)
        {
            var written = certificate.Extensions[extension.Oid!.Value!];
            Assert.Equal(extension.RawData, written!.RawData);
            Assert.Equal(extension.Critical, written.Critical);
        }

        Assert.Equal(Piid, CertificateProfile.ProductInstanceIdentifier(certificate));
        Assert.Equal(ticket.Serial, certificate.SerialNumber);
        Assert.Equal(server.Clock.Now.AddSeconds(-300), new DateTimeOffset(certificate.NotBefore.ToUniversalTime()));
        Assert.Equal(server.Clock.Now.AddSeconds(-300).AddDays(365), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
        Assert.True(ChainCheck.Verify(certificate, ring.IssuingCertificates, ring.Root.Certificate, CertificatePurpose.DeviceIdentity, server.Clock.Now).IsOk);
        Assert.False(ChainCheck.Verify(certificate, ring.IssuingCertificates, ring.Root.Certificate, CertificatePurpose.MessageSigner, server.Clock.Now).IsOk);
    }

    [Fact]
    public async Task A_ticket_signs_once_and_only_what_is_on_record()
    {
        await using var server = await TestInstallation.StartAsync(Engine.Sqlite);
        using var deviceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuer = server.Get<CertificateIssuer>();
        var ticket = issuer.Prepare("NW-9300", Piid, deviceKey.ExportSubjectPublicKeyInfo(), server.Clock.Now);

        issuer.Sign(ticket, ticket.ContentHash);

        Assert.Throws<InvalidOperationException>(() => issuer.Sign(ticket, ticket.ContentHash));
        var other = issuer.Prepare("NW-9300", Piid, deviceKey.ExportSubjectPublicKeyInfo(), server.Clock.Now);
        Assert.Throws<CryptographicException>(() => issuer.Sign(other, ticket.ContentHash));
    }

    [Theory, Engines]
    public async Task Keys_survive_a_restart_sealed_and_overlap_when_rotated(Engine engine)
    {
        await using var server = await TestInstallation.StartAsync(engine);
        var keys = server.Get<AuthorityKeys>();
        var first = keys.Current;

        var again = ActivatorUtilities.CreateInstance<AuthorityKeys>(server.Services);
        Assert.Equal(0, await again.RefreshAsync(TestContext.Current.CancellationToken));
        Assert.Equal(first.RootFingerprint, again.RootFingerprint);

        using var deviceKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuer = server.Get<CertificateIssuer>();
        var ticket = issuer.Prepare("NW-9300", Piid, deviceKey.ExportSubjectPublicKeyInfo(), server.Clock.Now);
        Assert.True((await server.Get<RotateAuthority>().HandleAsync(
            new Command(RotateAuthority.Name, Actor.System, new RotateAuthority.Input()), TestContext.Current.CancellationToken)).IsOk);

        // Prepared before the rotation, signed after it: still good, and still believed.
        using var certificate = X509CertificateLoader.LoadCertificate(issuer.Sign(ticket, ticket.ContentHash));
        Assert.NotEqual(first.CurrentIssuing.Id, keys.Current.CurrentIssuing.Id);
        Assert.Equal(2, keys.Current.Issuing.Count);
        Assert.True(ChainCheck.Verify(
            certificate, keys.Current.IssuingCertificates, keys.Current.Root.Certificate, CertificatePurpose.DeviceIdentity, server.Clock.Now).IsOk);
    }

    [Fact]
    public async Task Keys_are_replaced_before_they_run_out()
    {
        await using var server = await TestInstallation.StartAsync(Engine.Sqlite);
        var keys = server.Get<AuthorityKeys>();
        var first = keys.Current;

        server.Advance(TimeSpan.FromDays(365 * 4));
        Assert.True(await keys.RefreshAsync(TestContext.Current.CancellationToken) >= 2);

        Assert.NotEqual(first.CurrentIssuing.Id, keys.Current.CurrentIssuing.Id);
        Assert.NotEqual(first.MessageSigner.Id, keys.Current.MessageSigner.Id);
        Assert.Equal(first.RootFingerprint, keys.RootFingerprint);
    }

    [Fact]
    public async Task The_root_is_served()
    {
        await using var server = await TestInstallation.StartAsync(Engine.Sqlite);

        var pem = await server.NewClient().GetStringAsync(new Uri("/pki/root.pem", UriKind.Relative), TestContext.Current.CancellationToken);

        using var root = X509Certificate2.CreateFromPem(pem);
        Assert.Equal(server.Get<AuthorityKeys>().RootFingerprint, ChainCheck.Fingerprint(root));
    }

    [Theory, Engines]
    public async Task A_revoked_serial_is_on_its_list(Engine engine)
    {
        await using var server = await TestInstallation.StartAsync(engine);
        var lists = server.Get<RevocationLists>();
        Assert.Equal(RevocationShards.Count, await lists.BuildDueAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await lists.BuildDueAsync(TestContext.Current.CancellationToken));

        server.Advance(TimeSpan.FromHours(1));
        var issuing = server.Get<AuthorityKeys>().Current.CurrentIssuing;
        var serial = Serials.Text(Serials.NewIdentity());
        await using (var db = server.Database.Open())
        {
            db.IdentityCertificates.Add(new IdentityCertificate
            {
                Serial = serial, AccountId = 1, DeviceId = 1, Piid = Piid, IssuingKeyId = issuing.Id, State = CertificateState.Revoked, ContentHash = [],
                NotBefore = server.Clock.Now, NotAfter = server.Clock.Now.AddDays(365), RevokedAt = server.Clock.Now,
            });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, await lists.BuildDueAsync(TestContext.Current.CancellationToken));
        var path = RevocationShards.Path(issuing.Id, Serials.ShardOf(serial));
        var list = CertificateRevocationListBuilder.Load(
            await server.NewClient().GetByteArrayAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken), out var number);
        Assert.Equal(2, number);
        Assert.True(list.RemoveEntry(Convert.FromHexString(serial)));
    }
}
