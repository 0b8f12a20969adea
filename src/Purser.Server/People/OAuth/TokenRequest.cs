using System.Text;
using System.Text.Json;

namespace Purser.Server.People.OAuth;

/// <summary>
/// What a client asks of the token endpoint, in any of the five spellings that published clients use: form body, query string with an empty
/// body, JSON body, HTTP Basic with a form, and a form with a stray "&amp;" (API reference 2.2).
/// </summary>
public sealed class TokenRequest
{
    private const int LargestBody = 16 * 1024;

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    public string? GrantType => Get("grant_type");

    public string? ClientId => Get("client_id");

    public string? ClientSecret => Get("client_secret");

    public string? UserName => Get("username");

    public string? Password => Get("password");

    public string? Scope => Get("scope");

    public string? Code => Get("code");

    public string? RedirectUri => Get("redirect_uri");

    public string? CodeVerifier => Get("code_verifier");

    public string? RefreshToken => Get("refresh_token");

    /// <summary>The client proved itself in the Authorization header, so a failure has to name that scheme (RFC 6749 5.2).</summary>
    public bool UsedBasic { get; private set; }

    /// <summary>Null where the body cannot be read.</summary>
    public static async Task<TokenRequest?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var read = new TokenRequest();
        foreach (var (name, value) in request.Query)
        {
            read.values[name] = value.ToString();
        }

        var body = await ReadBodyAsync(request, cancellation);
        return body is not null && read.TakeBody(body, request.ContentType) && read.TakeBasic(request.Headers.Authorization.ToString()) ? read : null;
    }

    private bool TakeBody(string body, string? contentType)
    {
        if (string.IsNullOrWhiteSpace(body))
        {
            return true;
        }

        if (contentType?.Contains("json", StringComparison.OrdinalIgnoreCase) != true)
        {
            // Empty pairs, from a stray "&", are skipped.
            foreach (var (name, value) in Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(body))
            {
                values[name] = value.ToString();
            }

            return true;
        }

        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 4 });
            foreach (var property in json.RootElement.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.String))
            {
                values[property.Name] = property.Value.GetString()!;
            }

            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private bool TakeBasic(string header)
    {
        const string scheme = "Basic ";
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[scheme.Length..].Trim(), bytes, out var size))
        {
            return false;
        }

        var pair = Encoding.UTF8.GetString(bytes.AsSpan(0, size)).Split(':', 2);
        if (pair.Length != 2)
        {
            return false;
        }

        // Both parts are form-encoded before they are joined (RFC 6749 2.3.1).
        values["client_id"] = Uri.UnescapeDataString(pair[0]);
        values["client_secret"] = Uri.UnescapeDataString(pair[1]);
        UsedBasic = true;
        return true;
    }

    private static async Task<string?> ReadBodyAsync(HttpRequest request, CancellationToken cancellation)
    {
        var buffer = new byte[LargestBody + 1];
        var size = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return size > LargestBody ? null : Encoding.UTF8.GetString(buffer, 0, size);
    }

    private string? Get(string name) => values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
}
