using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Purser.Server.Pki;

/// <summary>One private key, used by many threads at once. Key objects are not documented as thread-safe, so each use borrows one of its own.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly byte[] pkcs8;
    private readonly ConcurrentBag<ECDsa> idle = [];

    public SigningKey(byte[] pkcs8)
    {
        this.pkcs8 = pkcs8;
        idle.Add(Import());
    }

    public TResult Use<TResult>(Func<ECDsa, TResult> use)
    {
        if (!idle.TryTake(out var key))
        {
            key = Import();
        }

        try
        {
            return use(key);
        }
        finally
        {
            idle.Add(key);
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(pkcs8);
        while (idle.TryTake(out var key))
        {
            key.Dispose();
        }
    }

    private ECDsa Import()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key;
    }
}
