using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Purser.Agent.State;

/// <summary>Who may manage the device from afar. There is nobody until its owner sets a password.</summary>
/// <param name="Salt">Base64.</param>
/// <param name="Hash">Base64, PBKDF2 with SHA-512.</param>
public sealed record RemoteAccess(string User, string Salt, string Hash, int Iterations)
{
    public const int ShortestPassword = 12;

    private const int Bytes = 32;
    private const int IterationsNow = 210_000;

    /// <summary>Null: it will do.</summary>
    public static string? Problem(string user, string password) =>
        user.Length is 0 or > 64 || user.Any(static c => c is ':' || char.IsControl(c)) ? "a user name has 1 to 64 characters and no colon"
        : password.Length is < ShortestPassword or > 255 ? string.Create(CultureInfo.InvariantCulture, $"a password has {ShortestPassword} to 255 characters")
        : null;

    public static RemoteAccess Of(string user, string password)
    {
        var salt = RandomNumberGenerator.GetBytes(Bytes);
        return new RemoteAccess(user, Convert.ToBase64String(salt), Convert.ToBase64String(Hashed(password, salt, IterationsNow)), IterationsNow);
    }

    /// <summary>Takes the same time whatever is wrong.</summary>
    public bool Admits(string user, string password)
    {
        var isUser = CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(user)), SHA256.HashData(Encoding.UTF8.GetBytes(User)));
        var isPassword = CryptographicOperations.FixedTimeEquals(Hashed(password, Convert.FromBase64String(Salt), Iterations), Convert.FromBase64String(Hash));
        return isUser & isPassword;
    }

    private static byte[] Hashed(string password, byte[] salt, int iterations) => Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, Bytes);
}
