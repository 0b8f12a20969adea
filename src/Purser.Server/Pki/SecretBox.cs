using System.Security.Cryptography;
using System.Text;

namespace Purser.Server.Pki;

/// <summary>
/// Seals what is secret at rest: AES-256-GCM under the master key, with the key's id in front and the place (table, column, row) as associated
/// data, so that a sealed value cannot be moved elsewhere. Several keys may be configured; the first one seals.
/// </summary>
public sealed class SecretBox
{
    public const int KeySize = 32;

    private const byte FormVersion = 1;
    private const int KeyIdSize = 4;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeaderSize = 1 + KeyIdSize + NonceSize + TagSize;

    private readonly IReadOnlyList<byte[]> keys;

    public SecretBox(IReadOnlyList<byte[]> keys)
    {
        if (keys.Count == 0 || keys.Any(key => key.Length != KeySize))
        {
            throw new ArgumentException("At least one master key of 32 bytes is needed", nameof(keys));
        }

        this.keys = keys;
    }

    public byte[] Seal(ReadOnlySpan<byte> plain, string place)
    {
        var box = new byte[HeaderSize + plain.Length];
        box[0] = FormVersion;
        IdOf(keys[0]).CopyTo(box.AsSpan(1));
        var nonce = box.AsSpan(1 + KeyIdSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(keys[0], TagSize);
        cipher.Encrypt(nonce, plain, box.AsSpan(HeaderSize), box.AsSpan(1 + KeyIdSize + NonceSize, TagSize), Encoding.UTF8.GetBytes(place));
        return box;
    }

    public byte[] Seal(string plain, string place) => Seal(Encoding.UTF8.GetBytes(plain), place);

    /// <summary>Opens a sealed value; throws where it was altered, moved, or sealed under a key that is not configured.</summary>
    public byte[] Open(ReadOnlySpan<byte> box, string place)
    {
        if (box.Length < HeaderSize || box[0] != FormVersion)
        {
            throw new CryptographicException($"The sealed value at {place} is damaged.");
        }

        var id = box.Slice(1, KeyIdSize);
        foreach (var key in keys)
        {
            if (!CryptographicOperations.FixedTimeEquals(IdOf(key), id))
            {
                continue;
            }

            var plain = new byte[box.Length - HeaderSize];
            using var cipher = new AesGcm(key, TagSize);
            cipher.Decrypt(
                box.Slice(1 + KeyIdSize, NonceSize), box[HeaderSize..], box.Slice(1 + KeyIdSize + NonceSize, TagSize), plain, Encoding.UTF8.GetBytes(place));
            return plain;
        }

        throw new CryptographicException($"The value at {place} was sealed with a master key that is not configured (Security:MasterKeys).");
    }

    public string OpenText(ReadOnlySpan<byte> box, string place) => Encoding.UTF8.GetString(Open(box, place));

    private static byte[] IdOf(byte[] key) => SHA256.HashData(key)[..KeyIdSize];
}
