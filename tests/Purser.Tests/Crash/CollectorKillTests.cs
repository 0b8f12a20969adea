using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Audit;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Crash;

/// <summary>Devices, a collector and the authority are processes; each is killed while reports are on their way. None is lost, and none counts twice.</summary>
[Trait("Feature", "SP-05")]
public sealed class CollectorKillTests : IAsyncDisposable
{
    private const int Devices = 3;
    private const int Rounds = 3;
    private const int Advantage = 2;

    /// <summary>Exit code of a command whose answer comes later.</summary>
    private const int Deferred = 75;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("purser-kill-");
    private readonly int door = TestPorts.Pair();
    private Process? collector;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Reports_reach_the_authority_once_whichever_process_is_killed(Engine engine)
    {
        await using var lease = await TestEngines.NewEmptyAsync(engine);
        var port = TestPorts.Pair();
        var server = await ServerProcess.StartAsync(lease.Settings, port, "--Demo:Enabled", "true", "--Demo:Fleet", "0");
        try
        {
            await MakeAsync(lease.Settings, server.Address);
            await StartCollectorAsync();
            for (var round = 0; round < Rounds; round++)
            {
                await EachAsync(device => RunAsync(device, "feature", "request", "advantage", $"{Advantage}"));
                var sent = EachAsync(device => SyncAsync(device, isKilled: round == 0 && device == 0));
                if (round == 1)
                {
                    await ProgramRun.KillAsync(collector!);
                    await StartCollectorAsync();
                }

                if (round == 2)
                {
                    await server.KillAsync();
                    await server.DisposeAsync();
                    server = await ServerProcess.StartAsync(lease.Settings, port);
                }

                await sent;
            }

            await EachAsync(SettleAsync);
            await AssertCountedOnceAsync(lease.Settings);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (collector is not null)
        {
            await ProgramRun.KillAsync(collector);
        }

        folder.Delete(recursive: true);
    }

    private static Task EachAsync(Func<int, Task> act) => Task.WhenAll(Enumerable.Range(0, Devices).Select(act));

    /// <summary>Devices by policy that push to the collector, and the collector's way to the authority.</summary>
    private async Task MakeAsync(StoreSettings store, Uri server)
    {
        using var http = new HttpClient { BaseAddress = server };
        var root = PathOf("root.pem");
        await File.WriteAllTextAsync(root, await http.GetStringAsync("/pki/root.pem", Stop), Stop);
        await using var database = new Database(store);
        await using var db = database.Read();
        var product = await db.Products.Where(row => row.Name == "Access Switch 9300").Select(row => row.Tag).SingleAsync(Stop);
        var license = await db.Entitlements.Where(row => row.Name == "Network Advantage").Select(row => row.Tag).SingleAsync(Stop);
        await EachAsync(async device =>
        {
            await RunAsync(device, "init", "--policy", "--product", product, "--pid", "AS-9300-48", "--sn", SerialOf(device), "--ca", root);
            await RunAsync(device, "feature", "describe", license, "--name", "advantage");
            await RunAsync(device, "license", "smart", "url", "cslu", $"http://127.0.0.1:{door}");
            await RunAsync(device, "license", "smart", "transport", "cslu");
        });

        var demo = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(store.DataDirectory, "demo-credentials.json"), Stop))!;
        var connected = await ProgramRun.RunAsync(
            [
                "collector", "--data", PathOf("collector"), "connect", "--server", server.ToString(), "--account", (string)demo["account"]!["domain"]!,
                "--virtual-account", (string)demo["virtualAccount"]!, "--client", (string)demo["client"]!["id"]!,
            ],
            (string)demo["client"]!["secret"]!);
        Assert.True(connected.Code == 0, connected.Output);
    }

    private async Task StartCollectorAsync()
    {
        collector = ProgramRun.Start("collector", "--data", PathOf("collector"), "run", "--listen", $"http://127.0.0.1:{door}");
        collector.StandardInput.Close();
        _ = collector.StandardError.ReadToEndAsync(Stop);
        Assert.NotNull(await collector.StandardOutput.ReadLineAsync(Stop));
        _ = collector.StandardOutput.ReadToEndAsync(Stop);
    }

    private async Task RunAsync(int device, params string[] words)
    {
        var (code, output) = await ProgramRun.RunAsync(["device", "--store", PathOf($"{device}.json"), .. words]);
        Assert.True(code == 0, $"{string.Join(' ', words)}: {code} {output}");
    }

    /// <param name="isKilled">In the middle of it.</param>
    private async Task SyncAsync(int device, bool isKilled)
    {
        string[] words = ["device", "--store", PathOf($"{device}.json"), "license", "smart", "sync", "local"];
        if (isKilled)
        {
            var process = ProgramRun.Start(words);
            await Task.Delay(TimeSpan.FromMilliseconds(700), Stop);
            await ProgramRun.KillAsync(process);
        }

        var (code, output) = await ProgramRun.RunAsync(words);
        Assert.True(code is 0 or Deferred, $"{code} {output}");
    }

    /// <summary>The device does what is due by its own clock until everything that it reported is acknowledged.</summary>
    private async Task SettleAsync(int device)
    {
        for (var turn = 0; turn < 30; turn++)
        {
            await ProgramRun.RunAsync(["device", "--store", PathOf($"{device}.json"), "tick"]);
            var (_, shown) = await ProgramRun.RunAsync(["device", "--store", PathOf($"{device}.json"), "show", "license", "rum", "id", "all"]);
            if (!shown.Contains("UNACK", StringComparison.Ordinal) && !shown.Contains("CLOSED", StringComparison.Ordinal) && shown.Contains("ACK", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(5), Stop);
        }

        Assert.Fail($"The reports of device {device} are not acknowledged.");
    }

    private async Task AssertCountedOnceAsync(StoreSettings store)
    {
        await using var database = new Database(store);
        await using var db = database.Read();
        for (var device = 0; device < Devices; device++)
        {
            var serial = SerialOf(device);
            var id = await db.Devices.Where(row => row.UdiSerialNumber == serial).Select(row => row.Id).SingleAsync(Stop);
            Assert.Equal(Rounds * Advantage, await db.LicenseUses.Where(use => use.DeviceId == id).SumAsync(use => use.Requested, Stop));
            var reports = await db.ReceivedReports.Where(row => row.DeviceId == id).Select(row => row.ReportId).ToListAsync(Stop);
            Assert.Equal(reports.Count, reports.Distinct().Count());
            Assert.True(reports.Count >= Rounds, $"{reports.Count} reports of {serial}");
        }

        var report = await new AuditBook(database).HandleAsync(Stop);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private static string SerialOf(int device) => string.Create(CultureInfo.InvariantCulture, $"KILL{device:0000}");
}
