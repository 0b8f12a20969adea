using System.Security.Cryptography;
using System.Text;
using Purser.Protocol.Wire;

namespace Purser.Server.Devices.Door;

/// <summary>
/// A message whose signature fits. Whether its bearer still counts is for the committer to say, inside the transaction that answers it.
/// </summary>
public sealed class DeviceMessage
{
    private DeviceMessage(ReceivedRequest request, KnownKey? key, byte[] publicKey, string identity, bool isSkewed)
    {
        Request = request;
        Key = key;
        PublicKey = publicKey;
        IsSkewed = isSkewed;
        RequestHash = request.Digest();
        NonceHash = SHA256.HashData(Encoding.UTF8.GetBytes($"{identity}\n{request.Nonce}"));
    }

    public ReceivedRequest Request { get; }

    /// <summary>The certificate that signed; null in a registration.</summary>
    public KnownKey? Key { get; }

    /// <summary>DER SubjectPublicKeyInfo of the key that signed.</summary>
    public byte[] PublicKey { get; }

    /// <summary>The device's clock is too far off: only a repeated message is answered, anything else is told to correct itself.</summary>
    public bool IsSkewed { get; }

    public byte[] RequestHash { get; }

    /// <summary>Over identity and nonce, so that one device's nonces cannot get in the way of another's.</summary>
    public byte[] NonceHash { get; }

    public byte[] KeyFingerprint => SHA256.HashData(PublicKey);

    public static DeviceMessage Of(ReceivedRequest request, KnownKey key, bool isSkewed) => new(request, key, key.PublicKey, key.Piid, isSkewed);

    public static DeviceMessage OfRegistration(ReceivedRequest request, byte[] publicKey, bool isSkewed) =>
        new(request, null, publicKey, Convert.ToHexStringLower(SHA256.HashData(publicKey)), isSkewed);
}
