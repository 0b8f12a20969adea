using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Protocol.Certificates;
using Purser.Server.Settings;

namespace Purser.Server.Pki;

/// <summary>What an identity certificate is to say.</summary>
public sealed record IdentityDraft(string Serial, string Product, string Piid, byte[] PublicKey, DateTimeOffset NotBefore, DateTimeOffset NotAfter);

/// <summary>
/// Writes the part of an identity certificate that gets signed. By hand, because it must be on record before anything is signed (docs/issuance.md)
/// and because the framework's builder costs ten times the signature (stack notes 2). A test holds it to <see cref="CertificateProfile"/>.
/// </summary>
public sealed class IdentityContent(PurserSettings settings)
{
    private const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    private const string BasicConstraints = "2.5.29.19";
    private const string KeyUsage = "2.5.29.15";
    private const string ExtendedKeyUsage = "2.5.29.37";
    private const string DistributionPoints = "2.5.29.31";
    private const int FirstYearOfGeneralizedTime = 2050; // RFC 5280 4.1.2.5

    private readonly string authority = settings.Http.PublicUrl.Length > 0
        ? settings.Http.PublicUrl.TrimEnd('/')
        : string.Create(CultureInfo.InvariantCulture, $"http://localhost:{settings.Http.Port}");

    public byte[] Write(IdentityDraft draft, AuthorityCertificate issuing)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                writer.WriteInteger(2); // version 3
            }

            writer.WriteIntegerUnsigned(Serials.Bytes(draft.Serial));
            WriteAlgorithm(writer);
            writer.WriteEncodedValue(issuing.Certificate.SubjectName.RawData);
            using (writer.PushSequence())
            {
                WriteTime(writer, draft.NotBefore);
                WriteTime(writer, draft.NotAfter);
            }

            writer.WriteEncodedValue(CertificateProfile.DeviceSubject(draft.Product, draft.Piid, settings.Vendor.Name).RawData);
            writer.WriteEncodedValue(draft.PublicKey);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
            using (writer.PushSequence())
            {
                WriteExtensions(writer, draft.Serial, issuing);
            }
        }

        return writer.Encode();
    }

    /// <summary>Content, algorithm and signature: the certificate.</summary>
    public static byte[] Assemble(ReadOnlySpan<byte> content, SigningKey key)
    {
        var copy = content.ToArray();
        var signature = key.Use(signing => signing.SignData(copy, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(content);
            WriteAlgorithm(writer);
            writer.WriteBitString(signature);
        }

        return writer.Encode();
    }

    /// <summary>The signed part of a finished certificate.</summary>
    public static ReadOnlyMemory<byte> ContentOf(ReadOnlyMemory<byte> certificate) =>
        new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().ReadEncodedValue();

    private void WriteExtensions(AsnWriter writer, string serial, AuthorityCertificate issuing)
    {
        WriteExtension(writer, BasicConstraints, critical: true, [0x30, 0x00]);
        WriteExtension(writer, KeyUsage, critical: true, [0x03, 0x02, 0x07, 0x80]); // digitalSignature
        var purpose = new AsnWriter(AsnEncodingRules.DER);
        using (purpose.PushSequence())
        {
            purpose.WriteObjectIdentifier(CertificateProfile.UsageOid(CertificatePurpose.DeviceIdentity));
        }

        WriteExtension(writer, ExtendedKeyUsage, critical: false, purpose.Encode());
        var authorityKey = X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuing.Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false);
        WriteExtension(writer, authorityKey.Oid!.Value!, critical: false, authorityKey.RawData);
        var revocation = CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(
            [authority + RevocationShards.Path(issuing.Id, Serials.ShardOf(serial))]);
        WriteExtension(writer, DistributionPoints, critical: false, revocation.RawData);
    }

    private static void WriteExtension(AsnWriter writer, string oid, bool critical, ReadOnlySpan<byte> value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (critical)
            {
                writer.WriteBoolean(true);
            }

            writer.WriteOctetString(value);
        }
    }

    private static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(EcdsaWithSha256);
        }
    }

    private static void WriteTime(AsnWriter writer, DateTimeOffset instant)
    {
        if (instant.Year >= FirstYearOfGeneralizedTime)
        {
            writer.WriteGeneralizedTime(instant, omitFractionalSeconds: true);
        }
        else
        {
            writer.WriteUtcTime(instant);
        }
    }
}
