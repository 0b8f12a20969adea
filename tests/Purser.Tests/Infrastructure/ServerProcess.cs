using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Purser.Server.Settings;

namespace Purser.Tests.Infrastructure;

/// <summary>The server as a process of its own, which a test can kill like a power cut does.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly StringBuilder said = new();
    private readonly Process process;

    private ServerProcess(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<ServerProcess> StartAsync(StoreSettings store, int port, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Purser.Server.dll"), "serve", "--Store:DataDirectory", store.DataDirectory,
            "--Http:Port", port.ToString(CultureInfo.InvariantCulture), .. store.IsPostgres ? ["--Store:ConnectionString", store.ConnectionString] : Array.Empty<string>(), .. more,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var server = new ServerProcess(Process.Start(start)!, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")));
        server.process.OutputDataReceived += server.Hear;
        server.process.ErrorDataReceived += server.Hear;
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        await server.AwaitReadyAsync();
        return server;
    }

    /// <summary>SIGKILL: nothing is written or closed any more.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (said)
        {
            said.AppendLine(line.Data);
        }
    }

    private async Task AwaitReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync("/health/ready");
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            lock (said)
            {
                Assert.False(process.HasExited || since.Elapsed > Patience, $"The server did not start:\n{said}");
            }

            await Task.Delay(100);
        }
    }
}
