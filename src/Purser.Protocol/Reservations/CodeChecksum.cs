using System.Text;

namespace Purser.Protocol.Reservations;

/// <summary>
/// CRC-8 over the characters of a code, with the primitive polynomial x⁸+x⁴+x³+x²+1: it differs after any one wrong character and after any two
/// swapped ones less than 255 apart. Ours to choose (device reference 3.1).
/// </summary>
internal static class CodeChecksum
{
    private const byte Polynomial = 0x1D;

    public static byte Of(string text)
    {
        byte sum = 0;
        foreach (var part in Encoding.UTF8.GetBytes(text))
        {
            sum ^= part;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (byte)((sum & 0x80) == 0 ? (sum << 1) & 0xFF : ((sum << 1) & 0xFF) ^ Polynomial);
            }
        }

        return sum;
    }
}
