using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Purser.Protocol;
using Purser.Protocol.Push;
using Purser.Protocol.Usage;
using Purser.Protocol.Wire;
using Purser.Server;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Bench;

/// <summary>Many product instances push a report each to a collector, which brings all of them to the server: how long, and how much memory the collector needs at most. Both are processes of their own.</summary>
internal static class CollectorSection
{
    /// <summary>As many as the collector takes at once from one address (docs/collector.md).</summary>
    private const int DevicesAtAddress = 40;
    private const int AtOnce = 8;
    private const int Megabyte = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    public static async Task<JsonObject> RunAsync(Engine engine, Options options)
    {
        var store = await BenchStore.NewAsync(engine, "collector");
        await Estate.MakeAsync(store);
        var (client, secret) = await ClientAsync(store);
        var folder = Path.Combine(BenchStore.Folder, $"collector-of-{engine}".ToLowerInvariant());
        JsonObject result;
        await using (var server = await BenchServer.StartAsync(store))
        {
            await ConnectAsync(folder, server.Address, client, secret);
            result = await MeasureAsync(store, folder, options.Collected);
        }

        Directory.Delete(folder, recursive: true);
        await store.DropAsync();
        return result;
    }

    private static async Task<JsonObject> MeasureAsync(BenchStore store, string folder, int devices)
    {
        var door = TestPorts.Pair();
        using var collector = Start(["collector", "--data", folder, "run", "--listen", $"http://127.0.0.1:{door}"]);
        try
        {
            if (await collector.StandardOutput.ReadLineAsync() is null)
            {
                throw new InvalidOperationException(await collector.StandardError.ReadToEndAsync());
            }

            var watch = Stopwatch.StartNew();
            await Parallel.ForEachAsync(
                Enumerable.Range(0, devices).Chunk(DevicesAtAddress).Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, (part, cancel) => PushAsync(part.Index, part.Item, door, cancel));
            var pushed = watch.Elapsed;
            await AwaitAsync(store, devices, watch);
            var peak = BenchServer.PeakMemoryOf(collector);
            Console.WriteLine($"  collector        {devices} product instances: pushed in {pushed.TotalSeconds:F0} s, counted by the server after {watch.Elapsed.TotalSeconds:F0} s, collector's memory at most {peak / Megabyte} MB");
            return new JsonObject
            {
                ["productInstances"] = devices, ["pushedSeconds"] = Math.Round(pushed.TotalSeconds, 1), ["countedSeconds"] = Math.Round(watch.Elapsed.TotalSeconds, 1), ["peakMegabytes"] = peak / Megabyte,
            };
        }
        finally
        {
            collector.Kill();
            await collector.WaitForExitAsync();
        }
    }

    private static async Task<(string Id, string Secret)> ClientAsync(BenchStore store)
    {
        await using var app = PurserServer.Build(new PurserSettings { Store = store.Settings, Jobs = new JobSettings { Enabled = false } }, []);
        await PurserServer.PrepareAsync(app);
        var input = new CreateApiClient.Input("Collector", [.. Enum.GetValues<ApiScope>()], [new CreateApiClient.ClientGrant(Role.SmartAccountAdministrator)]);
        var made = await app.Services.GetRequiredService<CreateApiClient>().HandleAsync(new Command(CreateApiClient.Name, Actor.System, input) { Accounts = [Estate.AccountId(0)] }, input);
        return made.IsOk ? (made.Value.ClientId, made.Value.ClientSecret!) : throw new InvalidOperationException(made.Refusal!.ToString());
    }

    private static async Task ConnectAsync(string folder, Uri server, string client, string secret)
    {
        using var process = Start(["collector", "--data", folder, "connect", "--server", server.ToString(), "--account", "bench0.example", "--virtual-account", "DEFAULT", "--client", client]);
        await process.StandardInput.WriteLineAsync(secret);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        }
    }

    private static Process Start(IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "purser"), arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>From an address of their own, as the devices of one site.</summary>
    private static async ValueTask PushAsync(int site, int[] devices, int door, CancellationToken cancel)
    {
        var address = new IPAddress([127, 1, (byte)(site / 250), (byte)(1 + (site % 250))]);
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, stop) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(address, 0));
                await socket.ConnectAsync(IPAddress.Loopback, door, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        foreach (var device in devices)
        {
            using var content = new ByteArrayContent(MessageOf(device)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var answer = await http.PostAsync($"http://127.0.0.1:{door}/cslu/v1/pi", content, cancel);
            var reply = PushReply.Read(await answer.Content.ReadAsByteArrayAsync(cancel));
            if (!reply.IsOk || reply.Value.Status == PushStatus.Failed)
            {
                throw new InvalidOperationException($"{(int)answer.StatusCode} {reply.Detail ?? reply.Value.Message}");
            }
        }
    }

    private static byte[] MessageOf(int device)
    {
        var now = TimeProvider.System.GetUtcNow();
        var udi = new Udi(Estate.Pid, string.Create(CultureInfo.InvariantCulture, $"SITE{device:D6}"));
        var report = new UsageReport(UsageReport.Version2, 1, Estate.SoftwareTag, udi, Estate.EntitlementTag(device % Estate.Entitlements), "17.09.02", [new Measurement(now.AddDays(-1), now.AddDays(-1), now.AddHours(-1), 1)]);
        var file = new ReportFile([SealedReport.SealBuiltin(report).Write()]).Write();
        return PushRequest.Unsigned(new PushMessage(udi, now, Nonce.Make(Estate.Random), PushKind.Usage) { File = file, Hostname = $"edge-{device}" }).Write();
    }

    private static async Task AwaitAsync(BenchStore store, int devices, Stopwatch watch)
    {
        await using var database = new Database(store.Settings);
        for (var counted = 0; counted < devices;)
        {
            await Task.Delay(500);
            await using var db = database.Read();
            counted = await db.ReceivedReports.CountAsync();
            if (watch.Elapsed > Patience)
            {
                throw new TimeoutException($"The server counted {counted} of {devices} reports in {Patience.TotalMinutes:F0} minutes");
            }
        }
    }
}
