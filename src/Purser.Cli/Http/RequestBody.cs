using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Purser.Cli.Http;

/// <summary>Reads what came, up to a limit.</summary>
internal static class RequestBody
{
    private const int LargestInput = 64 * 1024;
    private const int Deepest = 16;

    /// <summary>An empty object where nothing came.</summary>
    public static async Task<JsonObject> JsonAsync(HttpContext context)
    {
        var text = await TextAsync(context, LargestInput);
        if (text.Length == 0)
        {
            return [];
        }

        if (context.Request.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new BadHttpRequestException("The body is JSON, and its content type says so", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = Deepest, AllowDuplicateProperties = false }) as JsonObject ?? throw new BadHttpRequestException("The body is no JSON object");
        }
        catch (JsonException problem)
        {
            throw new BadHttpRequestException(
                string.Create(CultureInfo.InvariantCulture, $"The body is no JSON, or only a part of it: it cannot be read on from line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}"), problem);
        }
    }

    public static async Task<string> TextAsync(HttpContext context, long most)
    {
        if (context.Request.ContentLength > most)
        {
            throw TooLarge(most);
        }

        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            read.Write(buffer, 0, count);
            if (read.Length > most)
            {
                throw TooLarge(most);
            }
        }

        return Encoding.UTF8.GetString(read.GetBuffer(), 0, (int)read.Length);
    }

    private static BadHttpRequestException TooLarge(long most) => new($"The body has more than {most} bytes", StatusCodes.Status413PayloadTooLarge);
}
