using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Purser.Cli.Collector.Store;
using Purser.Protocol;

namespace Purser.Cli.Collector.Pull;

/// <summary>Why a device could not be fetched from, in words for the collector's pages.</summary>
internal sealed class DeviceLinkException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A device as it is fetched from: its service for reports (device reference 4.10), and the published model over RESTCONF (6). The model tells which reports there
/// are; their texts come by the service alone.
/// </summary>
internal sealed class DeviceLink : IDisposable
{
    private const string State = "/restconf/data/cisco-smart-license:licensing/state/state-info";
    private const string Service = "/smartlic-service";
    private const string MediaType = "application/yang-data+json";
    private const long LargestAnswer = 32 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient http;
    private string? certificateProblem;

    public DeviceLink(string address, string? user, string? password, string? certificate)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10), UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, errors) => (certificateProblem = Judge(shown, errors, certificate)) is null;
        http = new HttpClient(handler) { BaseAddress = new Uri(address), Timeout = Patience, MaxResponseContentBufferSize = LargestAnswer };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaType));
        if (user is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        }
    }

    public static DeviceLink Open(CollectorStore store, KnownDevice device) =>
        new(device.Address!, device.User, device.Password is { } secret ? store.Unprotect(secret) : null, device.Certificate);

    /// <summary>By RESTCONF: who it is.</summary>
    public async Task<Udi> UdiAsync(CancellationToken cancel)
    {
        var udi = (await AskAsync(HttpMethod.Get, State + "/udi", null, cancel)).GetProperty("cisco-smart-license:udi");
        return new Udi(udi.GetProperty("pid").GetString()!, udi.GetProperty("sn").GetString()!, udi.TryGetProperty("uuid", out var uuid) && uuid.GetString() is { Length: > 0 } text ? text : null);
    }

    /// <summary>By RESTCONF: the reports that are closed and not acknowledged.</summary>
    public async Task<IReadOnlyList<long>> ClosedKeysAsync(CancellationToken cancel)
    {
        var info = (await AskAsync(HttpMethod.Get, State, null, cancel)).GetProperty("cisco-smart-license:state-info");
        return info.TryGetProperty("rum-reports-closed-keys", out var keys) ? [.. keys.EnumerateArray().Select(static report => Id(report.GetProperty("report-id")))] : [];
    }

    /// <summary>What is measured until now becomes a report.</summary>
    public Task CloseReportsAsync(CancellationToken cancel) => AskAsync(HttpMethod.Post, Service + "/close-reports", "", cancel);

    /// <summary>By the service: the reports that are closed and not acknowledged.</summary>
    public async Task<IReadOnlyList<long>> ListAsync(CancellationToken cancel) =>
    [
        .. from report in (await AskAsync(HttpMethod.Get, Service + "/list", null, cancel)).GetProperty("usage_list").EnumerateArray()
           where report.GetProperty("state").GetString() is not ("OPEN" or "ACKNOWLEDGED" or "ACK")
           select Id(report.GetProperty("id")),
    ];

    /// <summary>The text of a report, to the byte.</summary>
    public async Task<IReadOnlyList<string>> ReportAsync(long id, CancellationToken cancel) =>
        [.. (await AskAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{Service}/{id}"), null, cancel)).GetProperty("usage").EnumerateArray().Select(static report => report.GetRawText())];

    /// <returns>Null: it was taken; else why not.</returns>
    public async Task<string?> ImportAsync(string file, CancellationToken cancel)
    {
        var answer = await AskAsync(HttpMethod.Post, Service + "/import", Convert.ToBase64String(Encoding.UTF8.GetBytes(file)), cancel);
        return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("status", out var status) && status.GetString() == "FAILED"
            ? answer.TryGetProperty("message", out var message) ? message.GetString() ?? "the device gave no reason" : "the device gave no reason"
            : null;
    }

    public void Dispose() => http.Dispose();

    private static string? Judge(System.Security.Cryptography.X509Certificates.X509Certificate? shown, SslPolicyErrors errors, string? pinned)
    {
        var fingerprint = shown?.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
        return pinned is not null ? fingerprint == pinned ? null : $"its certificate is another one than the sheet says (SHA-256 {fingerprint}); if it was replaced, put the new one into the sheet"
            : errors == SslPolicyErrors.None ? null
            : $"its certificate is none that this machine trusts (SHA-256 {fingerprint}); compare it on the device, and put it into the sheet";
    }

    private static long Id(JsonElement id) => id.ValueKind == JsonValueKind.String ? long.Parse(id.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture) : id.GetInt64();

    private async Task<JsonElement> AskAsync(HttpMethod method, string path, string? body, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
            using var response = await http.SendAsync(request, cancel);
            var text = await response.Content.ReadAsStringAsync(cancel);
            return response.IsSuccessStatusCode
                ? text.Length == 0 ? default : JsonElement.Parse(text)
                : throw new DeviceLinkException(response.StatusCode == HttpStatusCode.Unauthorized
                    ? "it does not accept this user and password; set them in the sheet"
                    : $"it answered {method} {path} with {(int)response.StatusCode}");
        }
        catch (Exception problem) when (problem is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            || (problem is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new DeviceLinkException(certificateProblem ?? (problem is OperationCanceledException ? "it did not answer in time" : problem.Message), problem);
        }
    }
}
