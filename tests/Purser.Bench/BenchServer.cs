using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Purser.Tests.Infrastructure;

namespace Purser.Bench;

/// <summary>The server as its own process, as in production.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly Process process;

    private BenchServer(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<BenchServer> StartAsync(BenchStore store)
    {
        var port = TestPorts.Pair();
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            Path.Combine(AppContext.BaseDirectory, "Purser.Server.dll"), "serve",
            "--Store:DataDirectory", store.Settings.DataDirectory, "--Http:Port", $"{port}",
        })
        {
            start.ArgumentList.Add(argument);
        }

        if (store.Settings.IsPostgres)
        {
            start.Environment["PURSER__Store__ConnectionString"] = store.Settings.ConnectionString;
        }

        var started = Process.Start(start)!;
        started.OutputDataReceived += (_, _) => { };
        started.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        var server = new BenchServer(started, new Uri($"http://127.0.0.1:{port}"));
        await server.WaitUntilReadyAsync();
        return server;
    }

    /// <summary>What the process has of the machine's memory now, in bytes.</summary>
    public long Memory() => Status(process, "VmRSS:");

    /// <summary>The most it had since <see cref="ForgetPeak"/>.</summary>
    public long PeakMemory() => PeakMemoryOf(process);

    /// <summary>The most that a process ever had, in bytes.</summary>
    public static long PeakMemoryOf(Process process) => Status(process, "VmHWM:");

    // proc(5): writing 5 to clear_refs sets the peak back to what is in use now.
    public void ForgetPeak() => File.WriteAllText($"/proc/{process.Id}/clear_refs", "5");

    private static long Status(Process process, string name) => 1024 * long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task WaitUntilReadyAsync()
    {
        using var client = new HttpClient();
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"The server ended with code {process.ExitCode} before it was ready");
            }

            try
            {
                using var answer = await client.GetAsync(new Uri(Address, "/health/ready"));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("The server was not ready within 60 seconds");
    }
}
