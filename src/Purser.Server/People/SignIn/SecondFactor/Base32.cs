using System.Text;

namespace Purser.Server.People.SignIn.SecondFactor;

/// <summary>Bytes as people type them: letters and the digits 2 to 7 (RFC 4648 6), without padding.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 / 5) + 1);
        var (buffer, bits) = (0, 0);
        foreach (var one in bytes)
        {
            (buffer, bits) = ((buffer << 8) | one, bits + 8);
            for (; bits >= 5; bits -= 5)
            {
                text.Append(Alphabet[(buffer >> (bits - 5)) & 31]);
            }

            buffer &= (1 << bits) - 1;
        }

        return bits == 0 ? text.ToString() : text.Append(Alphabet[(buffer << (5 - bits)) & 31]).ToString();
    }

    /// <summary>"ABCDEFGH" as "ABCD EFGH".</summary>
    public static string InFours(string text, char between = ' ') => string.Join(between, text.Chunk(4).Select(four => new string(four)));
}
