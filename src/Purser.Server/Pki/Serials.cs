using System.Globalization;
using System.Security.Cryptography;
using Purser.Protocol.Certificates;

namespace Purser.Server.Pki;

/// <summary>Serial numbers: a prefix that tells the kind and 128 random bits (stack notes 6). On record as upper-case hexadecimal.</summary>
public static class Serials
{
    private const byte AuthorityPrefix = 0x01;
    private const byte IdentityPrefix = 0x11;

    private static readonly RandomNumberGenerator Source = RandomNumberGenerator.Create();

    public static byte[] NewAuthority() => CertificateProfile.Serial(AuthorityPrefix, Source);

    public static byte[] NewIdentity() => CertificateProfile.Serial(IdentityPrefix, Source);

    public static string Text(ReadOnlySpan<byte> serial) => Convert.ToHexString(serial);

    public static byte[] Bytes(string serial) => Convert.FromHexString(serial);

    /// <summary>The part of the revocation list in which a serial is looked up. The last byte is random, so parts are even.</summary>
    public static int ShardOf(string serial) =>
        int.Parse(serial.AsSpan(serial.Length - 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) % RevocationShards.Count;
}

/// <summary>How the revocation list is cut: signing costs grow worse than linearly with the entries of one list (stack notes 6).</summary>
public static class RevocationShards
{
    /// <summary>Stands in certificates that are out there, so it never changes.</summary>
    public const int Count = 64;

    public static string Path(long issuingKeyId, int shard) => $"/pki/crl/{issuingKeyId.ToString(CultureInfo.InvariantCulture)}-{shard.ToString(CultureInfo.InvariantCulture)}.crl";
}
