using System.Security.Cryptography;

namespace Purser.Protocol.Wire;

/// <summary>128 random bits as 32 lower-case hexadecimal digits.</summary>
public static class Nonce
{
    public const int Length = 32;

    public static string Make(RandomNumberGenerator random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.GetBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    public static bool IsWellFormed(string? text)
    {
        if (text is not { Length: Length })
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c is not ((>= '0' and <= '9') or (>= 'a' and <= 'f')))
            {
                return false;
            }
        }

        return true;
    }
}
