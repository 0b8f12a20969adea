using System.Security.Cryptography;
using System.Text;
using Purser.Protocol;
using Purser.Server.Pki;

namespace Purser.Server.Tokens;

/// <summary>
/// The text of a registration token in the published shape: percent-encoded base64, in lines of 60, of "uuid-milliseconds|base64 of 32 random
/// bytes" (device reference 2.10). People paste it encoded or decoded; both are the same token.
/// </summary>
public static class RegistrationTokenText
{
    private const int LineLength = 60;

    public static string New(DateTimeOffset now)
    {
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var content = $"{SecretSource.NewUuid()}-{now.ToUnixTimeMilliseconds():D13}|{secret}";
        var lines = Convert.ToBase64String(Encoding.ASCII.GetBytes(content)).Chunk(LineLength).Select(line => new string(line));
        return Uri.EscapeDataString(string.Join('\n', lines) + "\n");
    }

    /// <summary>The key under which a token is found, whichever way it was written; null for what cannot be one.</summary>
    public static byte[]? HashOf(string? text)
    {
        if (text is not { Length: >= 1 and <= TokenText.MaximumLength })
        {
            return null;
        }

        var plain = text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
        return SecretSource.HashOf(string.Concat(plain.Where(c => !char.IsWhiteSpace(c))));
    }
}
