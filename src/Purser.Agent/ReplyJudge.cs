using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Agent.State;
using Purser.Agent.Transport;
using Purser.Protocol;
using Purser.Protocol.Certificates;
using Purser.Protocol.Wire;

namespace Purser.Agent;

/// <summary>Decides whether an answer is the authority's own, and what identity it brings.</summary>
internal static class ReplyJudge
{
    public static WireResult<ReceivedReply> Read(LinkAnswer answer, TrustAnchor trust, PendingMessage pending, TrustedSigners signers)
    {
        var read = ReceivedReply.Read(answer.Body);
        if (!read.IsOk)
        {
            return new WireRefusal(read.Code!, $"The answer cannot be read: {read.Detail}");
        }

        var root = Root(read.Value, trust, answer.FirstUseTrusted && pending.Type == RequestType.Registration.Name());
        if (root is null)
        {
            return new WireRefusal(WireCode.BadCertificate, "The answer comes from an authority that this device does not trust");
        }

        return signers.Problem(read.Value, root, pending.Nonce) is { } problem ? problem : read;
    }

    /// <summary>The certificate must be for this device's key and descend from the root that signed the answer.</summary>
    public static WireResult<DeviceIdentity> Identity(ReceivedReply reply, ECDsa key, DateTimeOffset? registeredAt)
    {
        var data = reply.Data<IdentityReply>();
        if (!data.IsOk)
        {
            return new WireRefusal(data.Code!, data.Detail!);
        }

        var told = data.Value;
        var certificates = told.Certificates.Select(Decode).ToList();
        try
        {
            if (certificates.Count < 2 || certificates.Contains(null))
            {
                return new WireRefusal(WireCode.BadCertificate, "The identity that was sent is not a chain of certificates");
            }

            using var own = certificates[0]!.GetECDsaPublicKey();
            using var root = ChainCheck.Load(reply.Chain[^1]);
            if (own is null
                || !own.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo())
                || CertificateProfile.ProductInstanceIdentifier(certificates[0]!) != told.ProductInstanceIdentifier)
            {
                return new WireRefusal(WireCode.BadCertificate, "The identity certificate that was sent is for another device");
            }

            var chain = ChainCheck.Verify(certificates[0]!, certificates.Skip(1)!, root!, CertificatePurpose.DeviceIdentity, reply.ServerTime);
            return chain.IsOk
                ? Identity(reply, told, certificates[0]!, registeredAt)
                : new WireRefusal(chain.Code!, $"The identity certificate that was sent is not good: {chain.Detail}");
        }
        finally
        {
            certificates.ForEach(static certificate => certificate?.Dispose());
        }
    }

    public static string? SignerSerialNumber(ReceivedReply reply)
    {
        using var signer = ChainCheck.Load(reply.Chain[0]);
        return signer?.SerialNumber;
    }

    private static DeviceIdentity Identity(ReceivedReply reply, IdentityReply told, X509Certificate2 certificate, DateTimeOffset? registeredAt) => new()
    {
        ProductInstanceIdentifier = told.ProductInstanceIdentifier,
        Certificates = told.Certificates,
        SerialNumber = certificate.SerialNumber,
        SmartAccount = told.SmartAccount,
        VirtualAccount = told.VirtualAccount,
        ExportAllowed = told.ExportAllowed,
        RegisteredAt = registeredAt ?? DateTimeOffset.FromUnixTimeSeconds(told.IssuedAt),
        IssuedAt = DateTimeOffset.FromUnixTimeSeconds(told.IssuedAt),
        NotBefore = new DateTimeOffset(certificate.NotBefore.ToUniversalTime()),
        RenewAt = DateTimeOffset.FromUnixTimeSeconds(told.RenewAt),
        ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(told.ExpiresAt),
        SignerSerialNumber = SignerSerialNumber(reply),
    };

    /// <summary>
    /// A root that a person pinned, or that a registration brought, stands. Over plain HTTP on this same machine a registration may bring its own;
    /// by fingerprint the answer's root is believed if it fits.
    /// </summary>
    private static byte[]? Root(ReceivedReply reply, TrustAnchor trust, bool firstUse)
    {
        if (trust.Root is { } known && (trust.Pinned || !firstUse))
        {
            return Convert.FromBase64String(known);
        }

        var shown = reply.Chain[^1];
        return (trust.Fingerprint is { } fingerprint ? Convert.ToHexStringLower(SHA256.HashData(shown)) == fingerprint : firstUse) ? shown : null;
    }

    private static X509Certificate2? Decode(string text)
    {
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var written) ? ChainCheck.Load(buffer.AsSpan(0, written)) : null;
    }
}
