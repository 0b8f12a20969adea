namespace Purser.Protocol.Wire;

internal static class Base64
{
    /// <summary>Null when it is not base64 or longer than allowed.</summary>
    public static byte[]? TryDecode(string text, int maximumBytes)
    {
        if (text.Length == 0 || text.Length > ((maximumBytes + 2) / 3 * 4))
        {
            return null;
        }

        var buffer = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, buffer, out var written) && written <= maximumBytes ? buffer[..written] : null;
    }
}
