using Purser.Protocol;
using Purser.Protocol.Certificates;
using Purser.Protocol.Wire;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Devices.Door;

/// <summary>Either the message, or the text of the reply that refuses it and its code.</summary>
public readonly record struct CheckedMessage(DeviceMessage? Message, string? Refusal, string? Code);

/// <summary>All that can be said about a message without the database: shape, sizes, certificate chain, signature, clock.</summary>
public sealed class MessageCheck(AuthorityKeys authority, KnownKeys keys, DomainClock clock, PurserSettings settings)
{
    private readonly TimeSpan toleratedSkew = TimeSpan.FromMinutes(settings.Devices.SkewMinutes);

    public CheckedMessage Check(ReadOnlySpan<byte> body)
    {
        var now = clock.Now;
        var read = RequestReader.Read(body);
        if (!read.IsOk)
        {
            return new CheckedMessage(null, ReplyWriter.Unreadable(read.Code!, read.Detail!, now), read.Code);
        }

        var request = read.Value;
        var checkedMessage = request.Body is RegistrationRequest registration
            ? CheckRegistration(request, registration, IsSkewed(request, now))
            : CheckSigned(request, now);
        return checkedMessage.IsOk
            ? new CheckedMessage(checkedMessage.Value, null, null)
            : new CheckedMessage(null, ReplyWriter.Failed(request, checkedMessage.Code!, checkedMessage.Detail!, now), checkedMessage.Code);
    }

    private bool IsSkewed(ReceivedRequest request, DateTimeOffset now) => (request.Stated - now).Duration() > toleratedSkew;

    /// <summary>A registration is signed with the very key that it presents.</summary>
    private static WireResult<DeviceMessage> CheckRegistration(ReceivedRequest request, RegistrationRequest registration, bool isSkewed)
    {
        var publicKey = Convert.FromBase64String(registration.PublicKey);
        var imported = MessageSignature.ImportPublicKey(publicKey);
        if (!imported.IsOk)
        {
            return new WireRefusal(imported.Code!, imported.Detail!);
        }

        using var key = imported.Value;
        return request.IsSignedBy(key) ? DeviceMessage.OfRegistration(request, publicKey, isSkewed) : BadSignature;
    }

    private WireResult<DeviceMessage> CheckSigned(ReceivedRequest request, DateTimeOffset now)
    {
        if (keys.Find(request.Certificate!) is not { } key)
        {
            var loaded = Load(request.Certificate!, now);
            if (!loaded.IsOk)
            {
                return new WireRefusal(loaded.Code!, loaded.Detail!);
            }

            key = keys.Add(request.Certificate!, loaded.Value);
        }

        if (key.NotAfter < now)
        {
            return new WireRefusal(WireCode.CertificateExpired, $"The identity certificate ended on {key.NotAfter:yyyy-MM-dd HH:mm} UTC. Register again.");
        }

        if (!key.HasSigned(request))
        {
            return BadSignature;
        }

        return request.Header.ProductInstanceIdentifier is { } stated && stated != key.Piid
            ? new WireRefusal(WireCode.BadCertificate, "product_instance_identifier is not that of the certificate")
            : DeviceMessage.Of(request, key, IsSkewed(request, now));
    }

    /// <summary>The once-only work for a certificate: parse, check its chain, parse its key.</summary>
    private WireResult<KnownKey> Load(byte[] der, DateTimeOffset now)
    {
        using var certificate = ChainCheck.Load(der);
        if (certificate is null)
        {
            return new WireRefusal(WireCode.BadCertificate, "The credential is no certificate");
        }

        var ring = authority.Current;
        var chain = ChainCheck.Verify(certificate, ring.IssuingCertificates, ring.Root.Certificate, CertificatePurpose.DeviceIdentity, now);
        if (!chain.IsOk)
        {
            return new WireRefusal(chain.Code!, $"The certificate was not issued by this license authority for a product instance, or is not valid now: {chain.Detail}");
        }

        return CertificateProfile.ProductInstanceIdentifier(certificate) is { } piid
            ? new KnownKey(
                certificate.SerialNumber, piid, certificate.PublicKey.ExportSubjectPublicKeyInfo(),
                new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero),
                MessageSignature.ImportPublicKey(certificate.PublicKey.ExportSubjectPublicKeyInfo()).Value)
            : new WireRefusal(WireCode.BadCertificate, "The certificate names no product instance");
    }

    private static WireRefusal BadSignature => new(WireCode.BadSignature, "The signature does not fit the message");
}
