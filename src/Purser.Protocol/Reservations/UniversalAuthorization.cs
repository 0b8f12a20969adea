using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Purser.Protocol.Wire;

namespace Purser.Protocol.Reservations;

/// <summary>
/// The typed code that lets one device use whatever it asks for (domain rules 8.11): version, signer, signature over the request code, in groups of
/// six characters. It is longer than the original's because it is signed: nobody but the authority can make one.
/// </summary>
/// <param name="Signer">Which key signed it: <see cref="SignerOf"/>.</param>
/// <param name="Signature">64 bytes, as in messages.</param>
public sealed record UniversalAuthorization(ushort Signer, ReadOnlyMemory<byte> Signature)
{
    /// <summary>In confirmation and return codes: a request has one universal authorization at most, so it needs no number of its own.</summary>
    public const ulong Number = 0;

    private const byte Version = 1;
    private const int Bytes = 1 + sizeof(ushort) + MessageSignature.Bytes;

    /// <param name="key">Of the authority's root: a typed code carries no certificates, and the root is all that a device which never connects knows.</param>
    public static UniversalAuthorization New(RequestCode request, ECDsa key) => new(
        SignerOf(key), key.SignData(Signed(request), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    public static WireResult<UniversalAuthorization> Read(string typed)
    {
        var read = GroupedCode.Read(typed, Bytes);
        if (!read.IsOk)
        {
            return new WireRefusal(read.Code!, read.Detail!);
        }

        var data = read.Value;
        return data[0] == Version
            ? new UniversalAuthorization(BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(1)), data.AsMemory(1 + sizeof(ushort)))
            : new WireRefusal(WireCode.UnsupportedVersion, "This authorization code is of a newer kind than this software knows.");
    }

    /// <summary>Names a key in two bytes, so that a device that trusts several tries the right one.</summary>
    public static ushort SignerOf(ECDsa key) => BinaryPrimitives.ReadUInt16BigEndian(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>Was it made for this very request?</summary>
    public bool IsFor(RequestCode request, ECDsa key) => SignerOf(key) == Signer && MessageSignature.Verify(key, Signed(request), Signature.Span);

    public override string ToString()
    {
        var data = new byte[Bytes];
        data[0] = Version;
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(1), Signer);
        Signature.Span.CopyTo(data.AsSpan(1 + sizeof(ushort)));
        return GroupedCode.Write(data);
    }

    private static byte[] Signed(RequestCode request) => Encoding.UTF8.GetBytes($"purser universal authorization {request.Text}");
}
