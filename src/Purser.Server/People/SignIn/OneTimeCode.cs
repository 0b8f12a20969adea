using System.Globalization;
using System.Security.Cryptography;
using Purser.Server.Pki;

namespace Purser.Server.People.SignIn;

/// <summary>How the rows of one-time links keep what opens them: the hash of the code, its end, and a mark where one is needed.</summary>
internal static class OneTimeCode
{
    public static string Write(string secret, DateTimeOffset end) =>
        string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexString(SecretSource.HashOf(secret))}|{end.ToUnixTimeSeconds()}");

    public static bool Opens(string? value, string code, DateTimeOffset now)
    {
        var parts = (value ?? "").Split('|');
        return parts.Length >= 2
            && CryptographicOperations.FixedTimeEquals(Convert.FromHexString(parts[0]), SecretSource.HashOf(code))
            && now.ToUnixTimeSeconds() < long.Parse(parts[1], CultureInfo.InvariantCulture);
    }
}
