using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Purser.Cli.Collector.Store;
using Purser.Cli.Rest;

namespace Purser.Cli.Collector.Forward;

/// <summary>The authority, or the one above that is nearer, as the collector's own API client sees it.</summary>
internal sealed class Upstream : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly RestClient rest;
    private readonly string place;

    private Upstream(RestClient rest, string place) => (this.rest, this.place) = (rest, place);

    public static Upstream Open(CollectorStore store, CollectorSettings settings, Func<string, string?, HttpClient> connect) => new(
        new RestClient(connect(settings.Server!, settings.ServerRoot), settings.ClientId!, store.Unprotect(settings.ClientSecret!)),
        FormattableString.Invariant($"/api/v1/accounts/{Uri.EscapeDataString(settings.Account!)}/virtual-accounts/{settings.VirtualAccountId}/usage-bundles"));

    /// <param name="root">PEM; null: the roots of this machine.</param>
    public static HttpClient Http(string server, string? root)
    {
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(15) };
        if (root is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPem(root);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return new HttpClient(handler) { BaseAddress = new Uri(server), Timeout = Patience };
    }

    /// <returns>The authority's id of the bundle.</returns>
    public async Task<long> SendAsync(byte[] bundle, string key, CancellationToken cancel) => (long)(await rest.PostFileAsync(place, bundle, key, cancel))["id"]!;

    /// <returns>False: it is still worked off. Null: there is no such bundle any more.</returns>
    public async Task<bool?> IsFinishedAsync(long id, CancellationToken cancel) => await rest.FindAsync(Of(id), cancel) is { } bundle ? (string?)bundle["state"] == "Finished" : null;

    /// <summary>What became of each file.</summary>
    public async Task<IReadOnlyList<FileFate>> FatesAsync(long id, CancellationToken cancel) =>
        [.. (await rest.ListAsync(Of(id) + "/files?limit=500", cancel)).Select(static file => new FileFate((string)file["name"]!, (string?)file["state"] == "Refused", (string?)file["problem"]))];

    /// <returns>Null: there is nothing to bring back.</returns>
    public Task<byte[]?> AnswersAsync(long id, CancellationToken cancel) => rest.DownloadAsync(Of(id) + "/acknowledgements", cancel);

    public void Dispose() => rest.Dispose();

    /// <summary>Whether a PEM file holds a root at all.</summary>
    public static bool IsRoot(string pem)
    {
        try
        {
            var read = new X509Certificate2Collection();
            read.ImportFromPem(pem);
            return read.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public static async Task<(long Id, string Name)?> FindPlaceAsync(RestClient rest, string account, string name, CancellationToken cancel) =>
        (from JsonNode row in await rest.ListAsync($"/api/v1/accounts/{Uri.EscapeDataString(account)}/virtual-accounts", cancel)
         where string.Equals((string?)row["name"], name, StringComparison.OrdinalIgnoreCase)
         select ((long, string)?)((long)row["id"]!, (string)row["name"]!)).FirstOrDefault();

    private string Of(long id) => FormattableString.Invariant($"{place}/{id}");
}

/// <param name="Problem">What was not taken of it, and why.</param>
internal sealed record FileFate(string Name, bool IsRefused, string? Problem);
