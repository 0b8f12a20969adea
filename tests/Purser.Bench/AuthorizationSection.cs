using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>Durable authorizations a second: signature checked, rules, commit, signed answer; beside the naive loop on a copy of the same database.</summary>
internal static class AuthorizationSection
{
    private static readonly int[] PostgresConnections = [1, 2, 4, 8, 16];

    public static async Task<JsonObject> RunAsync(BenchStore store, IReadOnlyList<BenchDevice> devices, Options options)
    {
        var copy = await store.CopyAsync("naive");
        var ours = new List<LoadResult>();
        var naiveRates = new List<double>();
        await using (var naiveDatabase = new Database(copy.Settings))
        await using (var server = await BenchServer.StartAsync(store))
        {
            var naive = new NaiveLoop(naiveDatabase, await TargetsAsync(naiveDatabase));
            var connections = await BestConnectionsAsync(naive, store.Engine);
            for (var round = 0; round < options.Rounds; round++)
            {
                naiveRates.Add(await naive.RunAsync(connections, options.Seconds / 3, options.Seconds));
                var messages = BenchDevice.Authorizations(devices, (int)(options.Seconds * 1.34 * 4500), round);
                var result = await LoadClient.RunAsync(
                    RegistrationSection.Door(server), messages, options.Connections, options.Seconds / 3, options.Seconds);
                Answers.Check(result);
                ours.Add(result);
            }

            var report = Report.Rivals("authorizations", ours.Select(result => result.PerSecond).ToList(), naiveRates);
            report["naiveConnections"] = connections;
            report["p50Milliseconds"] = Math.Round(BenchProgram.Median(ours.Select(result => result.P50)), 1);
            report["p99Milliseconds"] = Math.Round(BenchProgram.Median(ours.Select(result => result.P99)), 1);
            Console.WriteLine($"  {"",-16} p50 {report["p50Milliseconds"]} ms, p99 {report["p99Milliseconds"]} ms at {options.Connections} connections; naive best at {connections}");
            return report;
        }
    }

    /// <summary>As many connections as are best for the naive loop.</summary>
    private static async Task<int> BestConnectionsAsync(NaiveLoop naive, Engine engine)
    {
        if (engine == Engine.Sqlite)
        {
            return 1;
        }

        var best = (Connections: 1, Rate: 0.0);
        foreach (var connections in PostgresConnections)
        {
            var rate = await naive.RunAsync(connections, 0.5, 2);
            best = rate > best.Rate ? (connections, rate) : best;
        }

        return best.Connections;
    }

    internal static async Task<IReadOnlyList<NaiveTarget>> TargetsAsync(Database database)
    {
        await using var db = database.Read();
        var devices = await db.Devices.Take(5000).ToListAsync();
        return devices.SelectMany((device, index) => Enumerable.Range(0, 1).Select(_ => new NaiveTarget(
            device.AccountId, device.VirtualAccountId, device.Id, Estate.EntitlementId(index % Estate.Entitlements), device.CertificateSerial,
            device.DisplayName, new string('x', 900)))).ToList();
    }
}
