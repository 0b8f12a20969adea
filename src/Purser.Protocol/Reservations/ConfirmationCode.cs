using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Purser.Protocol.Reservations;

/// <summary>
/// What a device shows once it has installed an authorization: eight lower-case hexadecimal digits (device reference 3.1). The first six follow from
/// the authorization, so the code of an older update is another one; the last two are a checksum.
/// </summary>
public static class ConfirmationCode
{
    private const int ProofLength = 6;
    private const int Length = 8;

    /// <param name="authorization">The signature of the installed authorization.</param>
    public static string Of(RequestCode request, ReadOnlySpan<byte> authorization) => Of(request.Text, authorization);

    /// <param name="asked">What tells the device and its request apart from others.</param>
    internal static string Of(string asked, ReadOnlySpan<byte> authorization)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"purser confirmation code {asked} "), .. authorization];
        var proof = Convert.ToHexStringLower(SHA256.HashData(content))[..ProofLength];
        return proof + CodeChecksum.Of(proof).ToString("x2", CultureInfo.InvariantCulture);
    }

    /// <param name="isForeign">From a device whose request code is not of our making: the form alone is judged.</param>
    public static WireResult<string> Read(string typed, bool isForeign)
    {
        var text = string.Concat(typed.Take(100).Where(character => !char.IsWhiteSpace(character))).ToLowerInvariant();
        if (text.Length != Length)
        {
            return Mistake($"A confirmation code has {Length} characters, this one has {text.Length}. The device shows it behind “Last Confirmation code”");
        }

        if (text.FirstOrDefault(character => !char.IsAsciiHexDigitLower(character)) is not '\0' and var strange)
        {
            return Mistake($"“{strange}” is no character of a confirmation code: they use 0 to 9 and a to f{(strange == 'o' ? ". Is it the digit 0?" : "")}");
        }

        return isForeign || CodeChecksum.Of(text[..ProofLength]).ToString("x2", CultureInfo.InvariantCulture) == text[ProofLength..]
            ? text
            : Mistake("A character of the confirmation code is wrong, or two are swapped. Compare it with what the device shows");
    }

    private static WireRefusal Mistake(string detail) => new(WireCode.Malformed, detail.EndsWith('?') ? detail : detail + ".");
}
