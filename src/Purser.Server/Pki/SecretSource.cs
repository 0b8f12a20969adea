using System.Buffers.Text;
using System.Security.Cryptography;

namespace Purser.Server.Pki;

/// <summary>Random texts that open doors: at least 128 bits, stored as SHA-256 only (stack notes 3).</summary>
public static class SecretSource
{
    /// <summary>256 random bits, URL-safe; never with a hyphen first, which a command line would take for an option.</summary>
    public static string NewSecret()
    {
        while (true)
        {
            var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            if (secret[0] != '-')
            {
                return secret;
            }
        }
    }

    /// <summary>A random (version 4) uuid in its usual text form.</summary>
    public static string NewUuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    /// <summary>A password that people can type: 24 characters, over 120 bits.</summary>
    public static string NewPassword() => "Pw-" + RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 21) + "7a";

    public static byte[] HashOf(string secret) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret));
}
