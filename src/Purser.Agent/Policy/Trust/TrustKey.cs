using System.Security.Cryptography;
using Purser.Protocol.Trust;

namespace Purser.Agent.Policy.Trust;

/// <summary>The private keys of trust codes as the trusted store has them: base64 PKCS#8 on P-256.</summary>
internal static class TrustKey
{
    public static string Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Convert.ToBase64String(key.ExportPkcs8PrivateKey());
    }

    /// <summary>The caller disposes of it.</summary>
    public static ECDsa Open(string privateKey)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(privateKey), out _);
        return key;
    }

    /// <summary>The code tells the public part of this key.</summary>
    public static bool IsOf(string privateKey, TrustCode code)
    {
        using var key = Open(privateKey);
        return key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(code.PublicKey);
    }
}
