using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Purser.Cli.Rest;

/// <summary>A refusal or failure that the server answered with, as RFC 9457 problem details.</summary>
internal sealed class RestException(HttpStatusCode status, string? code, string message) : Exception(message)
{
    public HttpStatusCode Status => status;

    /// <summary>"not-found", "conflict": the server's closed list; null where no problem details came.</summary>
    public string? Code => code;
}

/// <summary>The REST API with the credentials of an API client; gets and renews its bearer token by itself.</summary>
internal sealed class RestClient(HttpClient http, string clientId, string clientSecret) : IDisposable
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private string? token;

    public Uri BaseAddress => http.BaseAddress!;

    public Task<JsonNode> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, cancel);

    public Task<JsonNode> PostAsync(string path, object? body, CancellationToken cancel) => SendAsync(HttpMethod.Post, path, body ?? new { }, cancel);

    public Task<JsonNode> PutAsync(string path, object body, CancellationToken cancel) => SendAsync(HttpMethod.Put, path, body, cancel);

    public Task<JsonNode> PatchAsync(string path, object body, CancellationToken cancel) => SendAsync(HttpMethod.Patch, path, body, cancel);

    public Task<JsonNode> DeleteAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Delete, path, null, cancel);

    /// <param name="key">Idempotency key: the same file under the same key is taken once.</param>
    public async Task<JsonNode> PostFileAsync(string path, byte[] file, string key, CancellationToken cancel)
    {
        using var response = await AnswerAsync(HttpMethod.Post, path, () => new ByteArrayContent(file) { Headers = { { "Content-Type", "application/gzip" } } }, key, cancel);
        return Parse(await response.Content.ReadAsStringAsync(cancel)) ?? new JsonObject();
    }

    /// <summary>Null where the server says that there is no such thing.</summary>
    public async Task<byte[]?> DownloadAsync(string path, CancellationToken cancel)
    {
        try
        {
            using var response = await AnswerAsync(HttpMethod.Get, path, static () => null, null, cancel);
            return await response.Content.ReadAsByteArrayAsync(cancel);
        }
        catch (RestException missing) when (missing.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Null where the server says that there is no such thing.</summary>
    public async Task<JsonNode?> FindAsync(string path, CancellationToken cancel)
    {
        try
        {
            return await GetAsync(path, cancel);
        }
        catch (RestException missing) when (missing.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>All rows of a list, page by page.</summary>
    public async Task<IReadOnlyList<JsonNode>> ListAsync(string path, CancellationToken cancel)
    {
        var rows = new List<JsonNode>();
        var after = "";
        do
        {
            var page = await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{after}", cancel);
            rows.AddRange((page as JsonArray ?? page["items"]!.AsArray()).Select(row => row!));
            after = page is JsonObject && page["next"]?.GetValue<string>() is { Length: > 0 } next ? $"after={Uri.EscapeDataString(next)}" : "";
        }
        while (after.Length > 0);
        return rows;
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        using var response = await AnswerAsync(method, path, () => body is null ? null : JsonContent.Create(body, body.GetType(), options: Json), null, cancel);
        return Parse(await response.Content.ReadAsStringAsync(cancel)) ?? new JsonObject();
    }

    /// <summary>What the server said yes with.</summary>
    private async Task<HttpResponseMessage> AnswerAsync(HttpMethod method, string path, Func<HttpContent?> content, string? key, CancellationToken cancel)
    {
        token ??= await TokenAsync(cancel);
        var response = await TrySendAsync(method, path, content(), key, cancel);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            // The token has run out, or the server forgot it.
            response.Dispose();
            token = await TokenAsync(cancel);
            response = await TrySendAsync(method, path, content(), key, cancel);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw Problem(response, await response.Content.ReadAsStringAsync(cancel), $"{method} {path}");
        }
    }

    private async Task<HttpResponseMessage> TrySendAsync(HttpMethod method, string path, HttpContent? content, string? key, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await http.SendAsync(request, cancel);
    }

    private async Task<string> TokenAsync(CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials" }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(clientSecret)}")));
        using var response = await http.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        return response.IsSuccessStatusCode
            ? Parse(text)!["access_token"]!.GetValue<string>()
            : throw Problem(response, text, "signing in with the client credentials");
    }

    private static RestException Problem(HttpResponseMessage response, string text, string what)
    {
        var problem = Parse(text) as JsonObject;
        var message = (problem?["detail"] ?? problem?["error_description"] ?? problem?["title"])?.ToString();
        return new RestException(response.StatusCode, problem?["code"]?.ToString(), message ?? $"{what} was answered with {(int)response.StatusCode}");
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
