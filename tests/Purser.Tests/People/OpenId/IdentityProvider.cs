using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Purser.Tests.Tidy;

namespace Purser.Tests.People.OpenId;

/// <summary>A real OpenID provider (oidc-provider) in a process of its own, and as much of a browser as its pages need.</summary>
internal sealed class IdentityProvider : IAsyncDisposable
{
    public const string ClientId = "purser";
    public const string Secret = "the client's secret";

    private static readonly string Folder = Path.Combine(SourceTree.Root, "tests", "Purser.Tests", "People", "OpenId");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private bool isStopped;

    private IdentityProvider(Process process, string issuer)
    {
        this.process = process;
        Issuer = issuer;
    }

    public string Issuer { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<IdentityProvider> StartAsync()
    {
        var started = Process.Start(new ProcessStartInfo("node", ["provider.mjs"])
        {
            WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;

        // It warns of settings that are for tests only; nobody waits for that.
        started.ErrorDataReceived += (_, _) => { };
        started.BeginErrorReadLine();
        while (await started.StandardOutput.ReadLineAsync(Stop).AsTask().WaitAsync(Patience, Stop) is { } line)
        {
            if (line.Split(' ') is ["purser", var issuer])
            {
                return new IdentityProvider(started, issuer);
            }
        }

        throw new InvalidOperationException("The identity provider did not start");
    }

    /// <summary>{ redirectUris, account, people, asks, refuse, lie, newKey }</summary>
    public async Task SetAsync(object state)
    {
        using var http = new HttpClient();
        using var response = await http.PostAsJsonAsync($"{Issuer}/control", state, Stop);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Follows where Purser sent the browser until it is sent back.</summary>
    public async Task<string> FollowAsync(Uri address)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
        for (var step = 0; step < 10 && address.ToString().StartsWith(Issuer, StringComparison.Ordinal); step++)
        {
            using var response = await http.GetAsync(address, Stop);
            Assert.True(response.Headers.Location is not null, await response.Content.ReadAsStringAsync(Stop));
            address = new Uri(address, response.Headers.Location!);
        }

        return address.PathAndQuery;
    }

    public async ValueTask DisposeAsync()
    {
        if (isStopped)
        {
            return;
        }

        // It ends when its input does.
        isStopped = true;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
