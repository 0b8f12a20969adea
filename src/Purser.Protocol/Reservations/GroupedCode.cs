using System.Numerics;

namespace Purser.Protocol.Reservations;

/// <summary>
/// Bytes as text that people can carry: base58 (no 0, O, I, l) in groups of six, the last three characters are check characters
/// (device reference 3.1: universal and return codes). Any wrong character and any two swapped ones are refused; a single mistake is located.
/// </summary>
internal static class GroupedCode
{
    public const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int GroupSize = 6;
    private const int CheckLength = 3;

    // The whole code, read as a number, is a multiple of this prime. It is the largest below 58³ for which no two single mistakes within
    // LongestCode characters leave the same remainder, so the remainder tells which one it was; and 58^j is 1 for no distance j of two swapped characters.
    private const int CheckPrime = 194_891;
    private const int LongestCode = 130;

    public static bool IsCharacter(char character) => Alphabet.Contains(character, StringComparison.Ordinal);

    public static string Write(ReadOnlySpan<byte> data)
    {
        var digits = new int[LengthOf(data.Length)];
        var number = new BigInteger(data, isUnsigned: true, isBigEndian: true);
        for (var at = digits.Length - CheckLength - 1; at >= 0; at--)
        {
            number = BigInteger.DivRem(number, Alphabet.Length, out var digit);
            digits[at] = (int)digit;
        }

        var check = (CheckPrime - Remainder(digits)) % CheckPrime;
        for (var at = digits.Length - 1; at >= digits.Length - CheckLength; at--)
        {
            (check, digits[at]) = Math.DivRem(check, Alphabet.Length);
        }

        return string.Join('-', digits.Chunk(GroupSize).Select(group => string.Concat(group.Select(digit => Alphabet[digit]))));
    }

    /// <summary>Blanks, line breaks and hyphens are where the carrier put them.</summary>
    /// <param name="bytes">How many bytes this kind of code carries.</param>
    public static WireResult<byte[]> Read(string typed, int bytes)
    {
        var characters = typed.Where(character => character != '-' && !char.IsWhiteSpace(character)).Take(LongestCode + 1).ToArray();
        for (var at = 0; at < characters.Length; at++)
        {
            if (!IsCharacter(characters[at]))
            {
                return Mistake($"{Place(characters, at)} is no character of such a code: they use digits and letters, but never 0, O, I or l");
            }
        }

        if (characters.Length != LengthOf(bytes))
        {
            return Mistake($"The code has {characters.Length} characters without its hyphens, and this kind has {LengthOf(bytes)}: {(characters.Length < LengthOf(bytes) ? "some are missing" : "there are too many")}");
        }

        var digits = Array.ConvertAll(characters, character => Alphabet.IndexOf(character, StringComparison.Ordinal));
        if (Remainder(digits) is not 0 and var remainder)
        {
            return Mistake(Explain(characters, digits, remainder));
        }

        var number = digits.SkipLast(CheckLength).Aggregate(BigInteger.Zero, (sum, digit) => (sum * Alphabet.Length) + digit);
        var data = new byte[bytes];
        return number.GetByteCount(isUnsigned: true) > bytes
            ? Mistake("The code holds a number that is too large")
            : number.TryWriteBytes(data.AsSpan(bytes - number.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true) ? data : Mistake("The code cannot be read");
    }

    private static WireRefusal Mistake(string detail) => new(WireCode.Malformed, detail + ".");

    /// <summary>Characters that hold so many bytes, and the check characters.</summary>
    private static int LengthOf(int bytes) => (int)Math.Ceiling(bytes * 8 / Math.Log2(Alphabet.Length)) + CheckLength;

    private static int Remainder(IEnumerable<int> digits) => digits.Aggregate(0, (sum, digit) => ((sum * Alphabet.Length) + digit) % CheckPrime);

    private static string Explain(char[] characters, int[] digits, int remainder)
    {
        // First what people do more often than the remainder would fit by accident.
        var weights = Weights(digits.Length);
        for (var at = 0; at + 1 < digits.Length; at++)
        {
            if (Modulo((digits[at] - digits[at + 1]) * (weights[at] - weights[at + 1]) % CheckPrime) == remainder)
            {
                return $"{Place(characters, at)} and the one behind it seem to be swapped";
            }
        }

        for (var at = 0; at < digits.Length; at++)
        {
            for (var meant = 0; meant < Alphabet.Length; meant++)
            {
                if (Modulo((digits[at] - meant) * weights[at] % CheckPrime) == remainder)
                {
                    return $"{Place(characters, at)} seems to be wrong; it may have been {Alphabet[meant]}";
                }
            }
        }

        return "The code has more than one mistake: compare it with the original, group by group";
    }

    private static long[] Weights(int length)
    {
        var weights = new long[length];
        for (var (at, weight) = (length - 1, 1L); at >= 0; at--, weight = weight * Alphabet.Length % CheckPrime)
        {
            weights[at] = weight;
        }

        return weights;
    }

    private static long Modulo(long number) => ((number % CheckPrime) + CheckPrime) % CheckPrime;

    private static string Place(char[] characters, int at) =>
        $"Character {(at % GroupSize) + 1} of group {(at / GroupSize) + 1}, “{characters[at]}” in “{string.Concat(characters.Skip(at / GroupSize * GroupSize).Take(GroupSize))}”,";
}
