using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Purser.Cli.Fleet;

/// <summary>A server of the simulation's own, on a data directory of its own, for a run that is given none.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly Process process;

    private ServerProcess(Process process, Uri address, string credentials)
    {
        this.process = process;
        Address = address;
        Credentials = credentials;
    }

    public Uri Address { get; }

    /// <summary>File that the server writes for the simulation.</summary>
    public string Credentials { get; }

    public static async Task<ServerProcess> StartAsync(string folder, string? connection, CancellationToken cancel)
    {
        var port = FreePort();
        var credentials = Path.Combine(folder, "simulation-credentials.json");
        List<string> arguments =
        [
            "serve", "--Store:DataDirectory", folder, "--Http:Port", port.ToString(CultureInfo.InvariantCulture), "--Simulation:Enabled", "true",
            "--Simulation:CredentialsFile", credentials,
            .. connection is null ? Array.Empty<string>() : ["--Store:ConnectionString", connection],
        ];
        var server = new ServerProcess(ShellDoor.Start(arguments), new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")), credentials);
        try
        {
            await server.AwaitReadyAsync(cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            ShellDoor.Terminate(process);
            using var patience = new CancellationTokenSource(StopPatience);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.Dispose();
    }

    private async Task AwaitReadyAsync(CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = Address };
        var since = TimeProvider.System.GetTimestamp();
        while (!(File.Exists(Credentials) && await IsReadyAsync(http, cancel)))
        {
            if (process.HasExited)
            {
                throw new CommandException("the simulation's own server did not start; its message stands above");
            }

            if (TimeProvider.System.GetElapsedTime(since) > StartPatience)
            {
                throw new CommandException($"the simulation's own server was not ready within {StartPatience.TotalSeconds:0} seconds");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancel);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancel)
    {
        try
        {
            using var answer = await http.GetAsync("/health/ready", cancel);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The server listens on the next one too (HTTPS).</summary>
    private static int FreePort()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var one = new TcpListener(IPAddress.Loopback, 0);
            one.Start();
            var port = ((IPEndPoint)one.LocalEndpoint).Port;
            try
            {
                using var next = new TcpListener(IPAddress.Loopback, port + 1);
                next.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; another pair may be free.
            }
        }

        throw new CommandException("no two neighbouring ports are free on this machine");
    }
}
