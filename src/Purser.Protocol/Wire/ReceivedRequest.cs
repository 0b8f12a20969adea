using System.Security.Cryptography;

namespace Purser.Protocol.Wire;

/// <summary>A well-formed message whose signature is still to be checked with <see cref="IsSignedBy"/>.</summary>
public sealed record ReceivedRequest(
    RequestType Type,
    RequestHeader Header,
    RequestBody Body,
    byte[] Text,
    byte[] Signature,
    byte[]? Certificate)
{
    public string Nonce => Header.Nonce;

    /// <summary>By the device's clock.</summary>
    public DateTimeOffset Stated => DateTimeOffset.FromUnixTimeMilliseconds(Header.Timestamp);

    /// <summary>Device clock minus <paramref name="now"/>, whole seconds.</summary>
    public long SkewAt(DateTimeOffset now) => (long)(Stated - now).TotalSeconds;

    public bool IsSignedBy(ECDsa key) => MessageSignature.Verify(key, Text, Signature);

    /// <summary>Equal for a repeated message and for nothing else.</summary>
    public byte[] Digest() => SHA256.HashData(Text);
}
