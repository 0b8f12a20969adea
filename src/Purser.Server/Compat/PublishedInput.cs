using System.Globalization;
using System.Text.Json;

namespace Purser.Server.Compat;

/// <summary>
/// The input of a published call, however it was spelled: a JSON body, a form, the query, nothing at all, or the JSON text "" that some clients
/// send with everything (API reference 1 and 3.0). Names in any case; numbers as numbers or as digits, also "30.0".
/// </summary>
internal sealed class PublishedInput
{
    private readonly JsonElement body;
    private readonly IFormCollection? form;
    private readonly IQueryCollection query;

    private PublishedInput(JsonElement body, IFormCollection? form, IQueryCollection query) => (this.body, this.form, this.query) = (body, form, query);

    public static async Task<PublishedInput> ReadAsync(HttpRequest request)
    {
        if (request.HasFormContentType)
        {
            return new PublishedInput(default, await request.ReadFormAsync(request.HttpContext.RequestAborted), request.Query);
        }

        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, request.HttpContext.RequestAborted);
        return new PublishedInput(Parse(content.ToArray()), null, request.Query);
    }

    public string? Text(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (TextOf(name) is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>A whole number; <paramref name="isWrong"/> where there is something that is none.</summary>
    public long? Number(string name, out bool isWrong)
    {
        var text = Text(name);
        isWrong = false;
        if (text is null)
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number) && Math.Abs(number) <= 1_000_000_000_000)
        {
            return (long)number;
        }

        isWrong = true;
        return null;
    }

    public bool? Flag(string name) => Text(name)?.ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "1" or "ALLOWED" => true,
        "FALSE" or "NO" or "0" or "NOT ALLOWED" => false,
        _ => null,
    };

    /// <summary>A list of texts; empty where it is missing.</summary>
    public IReadOnlyList<string> Texts(string name) => Member(body, name) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(TextOf).Where(text => text.Length > 0)]
        : Text(name) is { } one ? [one] : [];

    /// <summary>A list of objects under any of these names; empty objects are left out (a client pads its list with one).</summary>
    public IReadOnlyList<PublishedInput> Objects(params ReadOnlySpan<string> names)
    {
        var found = new List<PublishedInput>();
        foreach (var name in names)
        {
            if (Member(body, name) is { ValueKind: JsonValueKind.Array } list)
            {
                found.AddRange(list.EnumerateArray()
                    .Where(item => item.ValueKind == JsonValueKind.Object && item.EnumerateObject().Any())
                    .Select(item => new PublishedInput(item, null, QueryCollection.Empty)));
            }
        }

        return found;
    }

    /// <summary>As it came.</summary>
    public string Json => body.GetRawText();

    public PublishedInput? Object(string name) => Member(body, name) is { ValueKind: JsonValueKind.Object } member
        ? new PublishedInput(member, null, QueryCollection.Empty)
        : null;

    // The query first: paging comes there even with a body.
    private string? TextOf(string name) => query[name].ToString() is { Length: > 0 } inQuery ? inQuery
        : form?[name].ToString() is { Length: > 0 } inForm ? inForm
        : Member(body, name) is { } member ? TextOf(member) : null;

    private static string TextOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!.Trim(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
        _ => "",
    };

    private static JsonElement? Member(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value;
            }
        }

        return null;
    }

    private static JsonElement Parse(byte[] content)
    {
        if (content.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
        {
            return default;
        }

        // Depth is limited; what is no JSON throws, which is answered with 400.
        using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 32, AllowTrailingCommas = true });
        return document.RootElement.Clone();
    }
}
