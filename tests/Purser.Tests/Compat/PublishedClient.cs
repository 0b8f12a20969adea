using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Purser.Tests.Compat;

/// <summary>A script's view of the server: it knows the published addresses and nothing else (API reference 2 to 6).</summary>
internal sealed class PublishedClient(HttpClient http, string account)
{
    public const string Cloud = "/services/api/smart-accounts-and-licensing";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Null for on-prem addresses, which have no account type.</summary>
    public string? Type { get; private init; }

    /// <summary>Addressed by domain identifier.</summary>
    public static PublishedClient OnCloud(HttpClient http, string domain) => new(http, $"{Cloud}/v1/accounts/{domain}") { Type = "customer" };

    /// <summary>Addressed by the local account's name, below either prefix.</summary>
    public static PublishedClient OnPrem(HttpClient http, string name, string prefix) => new(http, $"{prefix}/accounts/{Uri.EscapeDataString(name)}");

    public string VirtualAccounts => Type is null ? $"{account}/virtual-accounts" : $"{account}/{Type}/virtual-accounts";

    public string At(string virtualAccount, string what) => $"{account}/virtual-accounts/{Uri.EscapeDataString(virtualAccount)}/{what}";

    public string Of(string what) => $"{account}/{what}";

    public Task<JsonElement> GetAsync(string address) => SendAsync(HttpMethod.Get, address, null);

    public Task<JsonElement> PostAsync(string address, object? body = null) => SendAsync(HttpMethod.Post, address, body is null ? null : JsonSerializer.Serialize(body));

    /// <summary>Nothing but 200 counts as a success for the programs of the field.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string address, string? body, string contentType = "application/json")
    {
        using var response = await RawAsync(method, address, body, contentType);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{method} {address}: {(int)response.StatusCode} {text}");
        Assert.DoesNotContain("\n", text, StringComparison.Ordinal);
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<HttpResponseMessage> RawAsync(HttpMethod method, string address, string? body = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, address);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        return await http.SendAsync(request, Stop);
    }
}
