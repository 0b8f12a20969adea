using System.Globalization;
using System.Security.Cryptography;
using Purser.Server.Pki;

namespace Purser.Server.People.SignIn;

/// <summary>How the rows of one-time links keep what opens them: the hash of the code, its end, and what else they need to know.</summary>
internal static class OneTimeCode
{
    public static string Write(string secret, DateTimeOffset end) =>
        string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexString(SecretSource.HashOf(secret))}|{end.ToUnixTimeSeconds()}");

    /// <summary>Null where nothing is kept, or nothing that opens any more.</summary>
    public static DateTimeOffset? EndOf(string? value) =>
        (value ?? "").Split('|') is [_, var end, ..] ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(end, CultureInfo.InvariantCulture)) : null;

    public static bool Opens(string? value, string code, DateTimeOffset now)
    {
        var parts = (value ?? "").Split('|');
        return parts.Length >= 2
            && CryptographicOperations.FixedTimeEquals(Convert.FromHexString(parts[0]), SecretSource.HashOf(code))
            && now.ToUnixTimeSeconds() < long.Parse(parts[1], CultureInfo.InvariantCulture);
    }
}
