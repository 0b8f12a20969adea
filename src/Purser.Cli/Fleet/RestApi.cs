using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Purser.Cli.Fleet;

/// <summary>The authority's REST API as one client sees it. Its access token is fetched when it is needed and again when it has ended.</summary>
internal sealed class RestApi(HttpMessageInvoker http, Uri server, FleetCredentials.Client client)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private string? accessToken;

    public Task<T> GetAsync<T>(string path, CancellationToken cancel) => SendAsync<T>(HttpMethod.Get, path, null, cancel);

    public Task<T> PostAsync<T>(string path, object body, CancellationToken cancel) => SendAsync<T>(HttpMethod.Post, path, body, cancel);

    /// <summary>All rows of a list, page by page.</summary>
    public async Task<List<T>> ListAsync<T>(string path, CancellationToken cancel)
    {
        var rows = new List<T>();
        for (string? after = null; ;)
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var page = await GetAsync<ListPage<T>>($"{path}{separator}limit=500{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", cancel);
            rows.AddRange(page.Items);
            if ((after = page.Next) is null)
            {
                return rows;
            }
        }
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            accessToken ??= await SignInAsync(cancel);
            using var request = new HttpRequestMessage(method, new Uri(server, path)) { Content = body is null ? null : JsonContent.Create(body, options: Json) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
            using var response = await CarryAsync(request, cancel);
            if (response.StatusCode == HttpStatusCode.Unauthorized && attempt == 1)
            {
                accessToken = null;
                continue;
            }

            await DemandAsync(response, $"{method} {path}", cancel);
            return (await response.Content.ReadFromJsonAsync<T>(Json, cancel))!;
        }
    }

    private async Task<string> SignInAsync(CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/oauth/token"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials", ["client_id"] = client.Id, ["client_secret"] = client.Secret,
            }),
        };
        using var response = await CarryAsync(request, cancel);
        await DemandAsync(response, "the access token", cancel);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Json, cancel)).GetProperty("access_token").GetString()!;
    }

    private async Task<HttpResponseMessage> CarryAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await http.SendAsync(request, cancel);
        }
        catch (HttpRequestException fault)
        {
            throw new CommandException($"{server} cannot be reached: {fault.Message}");
        }
    }

    private static async Task DemandAsync(HttpResponseMessage response, string what, CancellationToken cancel)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new CommandException($"{what}: the server answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancel)}");
        }
    }

    private sealed record ListPage<T>(IReadOnlyList<T> Items, string? Next);
}
