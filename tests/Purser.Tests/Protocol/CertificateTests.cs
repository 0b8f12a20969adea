using System.Security.Cryptography;
using Purser.Protocol;
using Purser.Protocol.Certificates;
using Purser.Protocol.Wire;

namespace Purser.Tests.Protocol;

public sealed class CertificateTests : IDisposable
{
    private readonly TestPki pki = new(WireSamples.Now);
    private readonly ECDsa key = WireSamples.Key();
    private readonly TrustedSigners signers = new();

    [Fact]
    public void A_device_certificate_follows_the_profile()
    {
        using var device = pki.Device("NW9300", WireSamples.Identifier, key, WireSamples.Now);

        Assert.Equal($"CN=NW9300, SERIALNUMBER={WireSamples.Identifier}, O=Northwind Networks", device.Subject);
        Assert.Equal(WireSamples.Identifier, CertificateProfile.ProductInstanceIdentifier(device));
        Assert.Equal(WireSamples.Now.AddSeconds(-300).UtcDateTime, device.NotBefore.ToUniversalTime());
        Assert.Equal(WireSamples.Now.AddDays(365).AddSeconds(-300).UtcDateTime, device.NotAfter.ToUniversalTime());
        Assert.Equal(34, device.SerialNumber.Length);
        Assert.True(Check(device, CertificatePurpose.DeviceIdentity, WireSamples.Now).IsOk);
    }

    [Fact]
    public void A_chain_is_judged_by_root_purpose_and_time()
    {
        using var device = pki.Device("NW9300", WireSamples.Identifier, key, WireSamples.Now);
        using var other = new TestPki(WireSamples.Now);

        Assert.Equal(WireCode.BadCertificate, Check(device, CertificatePurpose.MessageSigner, WireSamples.Now).Code);
        Assert.Equal(WireCode.CertificateExpired, Check(device, CertificatePurpose.DeviceIdentity, WireSamples.Now.AddDays(366)).Code);
        Assert.Equal(WireCode.BadCertificate, ChainCheck.Verify(device, [pki.Issuing], other.Root, CertificatePurpose.DeviceIdentity, WireSamples.Now).Code);
    }

    [Fact]
    public void A_reply_is_believed_only_from_the_authority_and_for_its_request()
    {
        var request = RequestReader.Read(Golden.Bytes("signed-REGISTRATION.json")).Value;
        var text = ReplyWriter.Ok(request, WireSamples.Reply(RequestType.Registration), WireSamples.Now);
        var reply = ReceivedReply.Read(ReplyWriter.Seal(text, pki.SignerKey, pki.Chain)).Value;
        using var other = new TestPki(WireSamples.Now);

        Assert.Null(signers.Problem(reply, pki.Root.RawData, WireSamples.NonceText));
        Assert.Equal(WireCode.NonceReplayed, signers.Problem(reply, pki.Root.RawData, new string('0', 32))?.Code);
        Assert.Equal(WireCode.BadCertificate, signers.Problem(reply, other.Root.RawData, WireSamples.NonceText)?.Code);
        var forged = ReceivedReply.Read(ReplyWriter.Seal(text, key, pki.Chain)).Value;
        Assert.Equal(WireCode.BadSignature, signers.Problem(forged, pki.Root.RawData, WireSamples.NonceText)?.Code);
    }

    [Fact]
    public void A_checked_signer_is_no_longer_believed_after_its_end()
    {
        var request = RequestReader.Read(Golden.Bytes("signed-REGISTRATION.json")).Value;
        foreach (var (days, code) in new[] { (0, null), (1, null), (365 * 3, WireCode.CertificateExpired), (2, (string?)null) })
        {
            var text = ReplyWriter.Ok(request, WireSamples.Reply(RequestType.Registration), WireSamples.Now.AddDays(days));
            var reply = ReceivedReply.Read(ReplyWriter.Seal(text, pki.SignerKey, pki.Chain)).Value;
            Assert.Equal(code, signers.Problem(reply, pki.Root.RawData, WireSamples.NonceText)?.Code);
        }
    }

    [Fact]
    public void A_device_cannot_answer_for_the_authority()
    {
        using var device = pki.Device("NW9300", WireSamples.Identifier, key, WireSamples.Now);
        var request = RequestReader.Read(Golden.Bytes("signed-REGISTRATION.json")).Value;
        var text = ReplyWriter.Ok(request, WireSamples.Reply(RequestType.Registration), WireSamples.Now);
        IReadOnlyList<string> chain = [Convert.ToBase64String(device.RawData), .. pki.Chain.Skip(1)];

        var reply = ReceivedReply.Read(ReplyWriter.Seal(text, key, chain)).Value;
        Assert.Equal(WireCode.BadCertificate, signers.Problem(reply, pki.Root.RawData, WireSamples.NonceText)?.Code);
    }

    public void Dispose()
    {
        key.Dispose();
        signers.Dispose();
        pki.Dispose();
    }

    private WireResult<System.Security.Cryptography.X509Certificates.X509Certificate2> Check(
        System.Security.Cryptography.X509Certificates.X509Certificate2 certificate, CertificatePurpose purpose, DateTimeOffset at) =>
        ChainCheck.Verify(certificate, [pki.Issuing], pki.Root, purpose, at);
}
