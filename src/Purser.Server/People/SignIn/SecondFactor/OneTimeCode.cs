using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Purser.Server.People.SignIn.SecondFactor;

/// <summary>Time-based one-time codes as authenticator apps make them (RFC 6238: HMAC-SHA-1, 30 seconds, six digits).</summary>
public static class OneTimeCode
{
    public const int Digits = 6;

    private const int KeySize = 20;
    private const int StepSeconds = 30;

    // Clocks of telephones differ, and typing takes time (RFC 6238 5.2).
    private const int ToleratedSteps = 1;

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeySize);

    /// <summary>The time step whose code this is, near the present one; null where it is none, or not after the last one that was accepted.</summary>
    public static long? StepOf(byte[] key, string code, DateTimeOffset now, long lastStep)
    {
        long? found = null;
        for (var step = StepAt(now) - ToleratedSteps; step <= StepAt(now) + ToleratedSteps; step++)
        {
            var isIt = CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(At(key, step)), System.Text.Encoding.UTF8.GetBytes(code));
            found = isIt && step > lastStep ? step : found;
        }

        return found;
    }

    public static long StepAt(DateTimeOffset instant) => instant.ToUnixTimeSeconds() / StepSeconds;

    public static string At(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6238: the one form that every authenticator app knows; an HMAC does not rest on collision resistance.
        HMACSHA1.HashData(key, counter, mac);
#pragma warning restore CA5350

        // Dynamic truncation (RFC 4226 5.3).
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 0x0F)..]) & 0x7FFF_FFFF;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}
