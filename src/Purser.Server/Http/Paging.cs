using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Purser.Server.Http;

/// <summary>One page of a list, and the cursor with which the next one begins; null on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    public Page<TOther> Map<TOther>(Func<T, TOther> map) => new(Items.Select(map).ToList(), Next);
}

/// <summary>Which page is asked for. Pages follow keys, never offsets, so that the hundredth costs what the first does.</summary>
public sealed record PageQuery(string? After = null, int? Limit = null)
{
    public const int DefaultLimit = 50;
    public const int LargestLimit = 500;

    /// <summary>Rows of the page.</summary>
    public int Size => Math.Clamp(Limit ?? DefaultLimit, 1, LargestLimit);

    /// <summary>Rows to read: one more than the page holds, which tells whether there is a next one.</summary>
    public int Take => Size + 1;

    /// <summary>Cuts what was read to the page; <paramref name="key"/> gives the key parts of the last row shown.</summary>
    public Page<T> Cut<T>(IReadOnlyList<T> read, Func<T, string[]> key) => read.Count > Size
        ? new Page<T>(read.Take(Size).ToList(), Cursor.Of(key(read[Size - 1])))
        : new Page<T>(read, null);
}

/// <summary>The place in a list after which the next page begins: key parts as one opaque text that is safe in an address.</summary>
public static class Cursor
{
    private const int LongestCursor = 2000;

    public static string Of(params string[] parts) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(parts));

    /// <summary>False for a text that is no cursor with this many parts: such a list begins at its start.</summary>
    public static bool TryRead(string? text, int count, [NotNullWhen(true)] out string[]? parts)
    {
        parts = null;
        if (string.IsNullOrEmpty(text) || text.Length > LongestCursor || !Base64Url.IsValid(text))
        {
            return false;
        }

        try
        {
            parts = JsonSerializer.Deserialize<string[]>(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)));
        }
        catch (JsonException)
        {
            return false;
        }

        return parts is not null && parts.Length == count && parts.All(part => part is not null);
    }

    /// <summary>The cursor of a list that is ordered by one number.</summary>
    public static long? ReadNumber(string? text) =>
        TryRead(text, 1, out var parts) && long.TryParse(parts[0], System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
