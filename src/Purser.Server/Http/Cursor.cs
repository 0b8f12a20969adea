using System.Buffers.Text;
using System.Text.Json;

namespace Purser.Server.Http;

/// <summary>
/// A place in a list as text. It holds the key of a row that its reader has seen, nothing else, and gives no right: who may see a list
/// is judged anew with every page, so it needs no signature.
/// </summary>
internal static class Cursor
{
    public static string Write(IEnumerable<object> values) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(
        values.Select(value => value is DateTimeOffset instant ? instant.ToUnixTimeSeconds() : value)));

    public static IReadOnlyList<object> Read(string text, IReadOnlyList<Type> types)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
            var elements = document.RootElement.EnumerateArray().ToList();
            return elements.Count == types.Count ? [.. elements.Zip(types, Value)] : throw new FormatException();
        }
        catch (Exception fault) when (fault is FormatException or JsonException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw new BadHttpRequestException("The cursor is not one that this server gave for this list. Start again without it.", fault);
        }
    }

    private static object Value(JsonElement element, Type type) =>
        type == typeof(string) ? element.GetString() ?? throw new FormatException()
        : type == typeof(long) ? element.GetInt64()
        : type == typeof(int) ? element.GetInt32()
        : type == typeof(DateTimeOffset) ? DateTimeOffset.FromUnixTimeSeconds(element.GetInt64())
        : type == typeof(bool) ? element.GetBoolean()
        : type.IsEnum ? Enum.ToObject(type, element.GetInt32())
        : throw new NotSupportedException($"A list cannot be ordered by {type.Name}");
}
