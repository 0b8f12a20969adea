using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Purser.Server.Devices;

/// <summary>A SHA-256 as a key of dictionaries.</summary>
internal readonly record struct Digest(UInt128 High, UInt128 Low)
{
    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return From(hash);
    }

    /// <summary>From the 32 bytes of a hash made elsewhere.</summary>
    public static Digest From(ReadOnlySpan<byte> hash) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
}
