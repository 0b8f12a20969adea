using System.Security.Cryptography;

namespace Purser.Protocol.Wire;

/// <summary>ECDSA on P-256 over SHA-256 of the exact UTF-8 text; the value is r‖s, 64 bytes (IEEE P1363), in base64.</summary>
public static class MessageSignature
{
    public const string Type = "ECDSA-P256-SHA256";
    public const int Bytes = 64;

    private const string P256 = "1.2.840.10045.3.1.7";

    public static SignatureBlock Sign(ECDsa key, ReadOnlySpan<byte> text)
    {
        Span<byte> value = stackalloc byte[Bytes];
        key.SignData(text, value, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new SignatureBlock(Type, Convert.ToBase64String(value));
    }

    public static bool Verify(ECDsa key, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        signature.Length == Bytes
        && key.VerifyData(text, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public static WireResult<byte[]> Decode(SignatureBlock block)
    {
        if (block.Type != Type)
        {
            return new WireRefusal(WireCode.BadSignature, $"Signature type must be {Type}");
        }

        return Base64.TryDecode(block.Value, Bytes) is { Length: Bytes } value
            ? value
            : new WireRefusal(WireCode.BadSignature, "Signature value must be base64 of 64 bytes");
    }

    /// <summary>A public key that a device presents. The caller disposes of it.</summary>
    public static WireResult<ECDsa> ImportPublicKey(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
            if (read == subjectPublicKeyInfo.Length && key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256)
            {
                return key;
            }
        }
        catch (CryptographicException)
        {
            // Falls through to the one refusal: what exactly is wrong with foreign bytes helps nobody.
        }

        key.Dispose();
        return new WireRefusal(WireCode.Malformed, "public_key must be base64 of a SubjectPublicKeyInfo on P-256");
    }
}
