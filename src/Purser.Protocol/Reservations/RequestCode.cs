using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Purser.Protocol.Reservations;

/// <summary>
/// What a device prints to ask for a reservation: version, sequence letter, product id and serial number, nine characters, checksum, as in
/// <c>PA-ZC9300-24UX:FCW2134L0RN-7uQ2XkPm4-86</c> (device reference 3.1). The version letter of ours is P. Codes of other makers have the same form;
/// what their nine characters and their checksum mean is unknown, so they are not judged by them.
/// </summary>
public sealed partial record RequestCode
{
    public const int MaximumLength = 160;

    private const char OurVersion = 'P';
    private const int NonceLength = 6;

    private RequestCode(string text, Udi udi, bool isForeign) => (Text, Udi, IsForeign) = (text, udi, isForeign);

    public string Text { get; }

    public Udi Udi { get; }

    /// <summary>Not made by an agent of ours: its device's other codes are not judged by check characters either.</summary>
    public bool IsForeign { get; }

    /// <summary>A new code of a device: another one after each that was cancelled.</summary>
    /// <param name="sequence">How many requests this device has made before: A, B, … and from Z on A again.</param>
    /// <param name="nonce">At least five bytes of chance.</param>
    public static RequestCode New(Udi udi, int sequence, ReadOnlySpan<byte> nonce)
    {
        var chance = Digits(BitConverter.ToUInt64([.. nonce[..5], 0, 0, 0]), NonceLength);
        var body = $"Z{udi.Pid}:{udi.Sn}-{chance}";
        var text = $"{OurVersion}{(char)('A' + (sequence % 26))}-{body}{Mark(body)}";
        return new RequestCode($"{text}-{CodeChecksum.Of(text):X2}", udi with { Uuid = null }, isForeign: false);
    }

    /// <summary>Reads what somebody typed, pasted or brought in a file. Blanks and line breaks around and within it do not count.</summary>
    public static WireResult<RequestCode> Read(string typed)
    {
        var text = string.Concat(typed.Take(2 * MaximumLength).Where(character => !char.IsWhiteSpace(character)));
        if (OtherForm.Match(text) is { Success: true } other)
        {
            // Communications managers show their identifier instead of a code (device reference 3.1).
            return Checked(text, new Udi(other.Groups["pid"].Value, other.Groups["sn"].Value, other.Groups["uuid"] is { Success: true } uuid ? uuid.Value : null), isForeign: true);
        }

        if (Form.Match(text) is not { Success: true } match)
        {
            return Mistake(Misfit(text));
        }

        var udi = new Udi(match.Groups["pid"].Value, match.Groups["sn"].Value);
        if (text[0] == OurVersion)
        {
            return IsOurs(match)
                ? Checked(text, udi, isForeign: false)
                : Mistake("A character of the code is wrong, or two are swapped. Compare the serial number and the nine characters behind it with what the device shows");
        }

        return WithOurVersion(text).Any(ours => Form.Match(ours) is { Success: true } repaired && IsOurs(repaired))
            ? Mistake($"The first character, “{text[0]}”, seems to be wrong: a code with such an end begins with {OurVersion}")
            : Checked(text, udi, isForeign: true);
    }

    public override string ToString() => Text;

    private static bool IsOurs(Match match) =>
        match.Groups["mark"].Value == Mark(match.Groups["body"].Value)
        && CodeChecksum.Of(match.Value[..^3]) == byte.Parse(match.Groups["sum"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>What a code may have been before its first letter was mistyped, or swapped with a later one.</summary>
    private static IEnumerable<string> WithOurVersion(string text) =>
        Enumerable.Range(1, text.Length - 1).Where(at => text[at] == OurVersion)
            .Select(at => $"{OurVersion}{text[1..at]}{text[0]}{text[(at + 1)..]}").Prepend($"{OurVersion}{text[1..]}");

    private static WireResult<RequestCode> Checked(string text, Udi udi, bool isForeign) =>
        text.Length > MaximumLength || !udi.IsWellFormed
            ? Mistake($"Product id and serial number have at most {Udi.MaximumPartLength} characters each, and no comma")
            : new RequestCode(text, udi, isForeign);

    private static string Misfit(string text)
    {
        if (text.Length == 0)
        {
            return "Enter the request code that the device shows";
        }

        if (Loose.Match(text) is { Success: true } loose && loose.Groups["nine"].Value.FirstOrDefault(character => !GroupedCode.IsCharacter(character)) is not '\0' and var strange)
        {
            return $"“{strange}” in “{loose.Groups["nine"].Value}” is no character of such a code: they use digits and letters, but never 0, O, I or l";
        }

        return "This is no request code. It looks like PA-ZC9300-24UX:FCW2134L0RN-7uQ2XkPm4-86: copy all of it, from the two letters at its beginning to the two characters behind the last hyphen";
    }

    private static WireRefusal Mistake(string detail) => new(WireCode.Malformed, detail + ".");

    /// <summary>Three characters that, with the checksum, tell codes of ours even where their first letter is mistyped.</summary>
    private static string Mark(string body) => Digits(BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes("purser request code " + body))), 3);

    private static string Digits(ulong number, int length)
    {
        var digits = new char[length];
        for (var at = 0; at < length; at++)
        {
            (number, var digit) = Math.DivRem(number, (ulong)GroupedCode.Alphabet.Length);
            digits[at] = GroupedCode.Alphabet[(int)digit];
        }

        return new string(digits);
    }

    [GeneratedRegex(@"\A(?<version>[A-Z])[A-Z]-(?<body>Z(?<pid>.{1,64}):(?<sn>[^:]{1,64})-[1-9A-HJ-NP-Za-km-z]{6})(?<mark>[1-9A-HJ-NP-Za-km-z]{3})-(?<sum>[0-9A-Fa-f]{2})\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form { get; }

    [GeneratedRegex(@"\A..?-Z.{3,129}-(?<nine>.{9})-..\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Loose { get; }

    [GeneratedRegex(@"\AP:(?<pid>[^,]{1,64}),S:(?<sn>[^,]{1,64})(,U:(?<uuid>[^,]{1,64}))?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtherForm { get; }
}
