using System.Collections.Concurrent;
using System.Security.Cryptography;
using Purser.Protocol.Wire;

namespace Purser.Server.Devices.Door;

/// <summary>Where a certificate's product instance lies: fixed for a serial, unless its virtual account goes to another Smart Account (SA-15).</summary>
public readonly record struct DevicePlace(long AccountId, long DeviceId);

/// <summary>A device's certificate whose chain was checked once, with its key parsed: parsing costs twice as much as verifying (stack notes 2).</summary>
public sealed class KnownKey(string serial, string piid, byte[] publicKey, DateTimeOffset notAfter, ECDsa key)
{
    // Key objects are not documented as thread-safe; a device speaks one message at a time anyway.
    private readonly Lock guard = new();

    public string Serial => serial;

    public string Piid => piid;

    /// <summary>DER SubjectPublicKeyInfo.</summary>
    public byte[] PublicKey => publicKey;

    public DateTimeOffset NotAfter => notAfter;

    /// <summary>Filled in by the committer, which asks the database for it once; emptied by it where the product instance is not there any more.</summary>
    public DevicePlace? Place { get; set; }

    public bool HasSigned(ReceivedRequest request)
    {
        lock (guard)
        {
            return request.IsSignedBy(key);
        }
    }
}

/// <summary>The parsed keys of the devices heard lately. Holds what can never change, so revoking needs no word to it; the place is looked at under the lock.</summary>
public sealed class KnownKeys
{
    // Two generations of this size: when the younger is full the older is dropped.
    private const int GenerationSize = 10_000;

    private readonly Lock turning = new();
    private ConcurrentDictionary<Digest, KnownKey> young = new();
    private ConcurrentDictionary<Digest, KnownKey> old = new();

    public KnownKey? Find(ReadOnlySpan<byte> certificate)
    {
        var fingerprint = Digest.Of(certificate);
        if (young.TryGetValue(fingerprint, out var known))
        {
            return known;
        }

        if (!old.TryGetValue(fingerprint, out known))
        {
            return null;
        }

        Keep(fingerprint, known);
        return known;
    }

    public KnownKey Add(ReadOnlySpan<byte> certificate, KnownKey key)
    {
        var fingerprint = Digest.Of(certificate);
        return young.TryGetValue(fingerprint, out var known) ? known : Keep(fingerprint, key);
    }

    private KnownKey Keep(Digest fingerprint, KnownKey key)
    {
        lock (turning)
        {
            if (young.Count >= GenerationSize)
            {
                // Keys of the dropped generation may be in use at this moment; the collector disposes of them.
                (old, young) = (young, new ConcurrentDictionary<Digest, KnownKey>());
            }

            return young.GetOrAdd(fingerprint, key);
        }
    }
}
