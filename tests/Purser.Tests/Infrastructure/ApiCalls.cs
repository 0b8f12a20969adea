using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Purser.Tests.Infrastructure;

/// <summary>What the API answered.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, JsonElement Json)
{
    /// <summary>The slug of a refusal; empty for a success.</summary>
    public string Code => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("code", out var code) ? code.GetString()! : "";

    public string Detail => Json.GetProperty("detail").GetString()!;

    public long Id => Json.GetProperty("id").GetInt64();

    public IReadOnlyList<JsonElement> Items => [.. Json.GetProperty("items").EnumerateArray()];
}

internal static class ApiCalls
{
    public static Task<ApiAnswer> GetJsonAsync(this HttpClient http, string path) => CallAsync(http, HttpMethod.Get, path);

    public static Task<ApiAnswer> PostJsonAsync(this HttpClient http, string path, object? body = null) => CallAsync(http, HttpMethod.Post, path, body);

    public static async Task<ApiAnswer> CallAsync(this HttpClient http, HttpMethod method, string path, object? body = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new ApiAnswer(response.StatusCode, text.StartsWith('{') || text.StartsWith('[') ? JsonDocument.Parse(text).RootElement : default);
    }
}
