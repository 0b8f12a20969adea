using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>
/// One account with all its product instances in one virtual account (1,000,000 on PostgreSQL, 300,000 on SQLite), as many alerts, ten times as many events, 2,000
/// licenses of 50 transactions each: tables, the advanced search and whole reports, each beside the bare SQL of the same question.
/// </summary>
internal static class VolumeSection
{
    private const int Visits = 40;

    // All pages in turn, so often that their code is compiled as it stays: it is at its best after some 700 pages.
    private const int WarmUp = 150;
    private const int Rounds = 2;
    private const string Account = "/accounts/bench0.example";

    public static async Task<(JsonArray Pages, JsonArray Files)> RunAsync(Engine engine)
    {
        var devices = engine == Engine.Postgres ? 1_000_000L : 300_000L;
        var store = await BenchStore.NewAsync(engine, "volume");
        await Estate.MakeAsync(store);
        await FillAsync(store, devices);
        var pages = new JsonArray();
        var files = new JsonArray();
        await using (var server = await BenchServer.StartAsync(store))
        await using (var bare = await BareQuestions.OpenAsync(store.Settings))
        {
            using var client = await PageSection.SignInAsync(server, PageSection.Email);
            await WarmUpAsync(client, [.. Questions(devices).Select(question => question.Address)]);
            foreach (var (name, address, statements) in Questions(devices))
            {
                pages.Add(await ComparePageAsync(client, bare, name, address, statements));
            }

            foreach (var (kind, sql) in new[] { ("product-instances", BareQuestions.DeviceReport), ("licenses", BareQuestions.LicenseReport) })
            {
                files.Add(await CompareFileAsync(server, client, bare, kind, "csv", sql));
                files.Add(await CompareFileAsync(server, client, bare, kind, "xlsx", sql));
            }
        }

        await store.DropAsync();
        return (pages, files);
    }

    private static async Task FillAsync(BenchStore store, long devices)
    {
        await using var database = new Database(store.Settings);
        await PageSection.AddPeopleAsync(database);
        await Filler.RunAsync(database, Filler.Devices(store.Engine, devices, 1));
        await Filler.RunAsync(database, Filler.Uses(store.Engine, devices, 1, Estate.Entitlements));
        await Filler.RunAsync(database, VolumeFiller.Licenses(store.Engine));
        await Filler.RunAsync(database, VolumeFiller.Alerts(store.Engine, devices));
        await Filler.RunAsync(database, Filler.SearchEntries());
        await Filler.RunAsync(database, VolumeFiller.SearchEntries());
        await Filler.RunAsync(database, Filler.Events(store.Engine, devices * 10));
        await Filler.RunAsync(database, Filler.Settle(store.Engine));
    }

    /// <summary>Each page at its beginning and from the middle of its list.</summary>
    private static IEnumerable<(string Name, string Address, IReadOnlyList<string> Statements)> Questions(long devices)
    {
        var inventory = $"{Account}/inventory?va={Estate.VirtualAccountId(0)}&tab=";
        var (middle, name) = (devices / 2, string.Create(CultureInfo.InvariantCulture, $"switch-{devices / 2}"));
        yield return ("licenses", $"{inventory}licenses", BareQuestions.Licenses(""));
        yield return ("licenses, deep", $"{inventory}licenses&after={Cursor.Write(["Volume 1500", VolumeFiller.FirstLicense + 1500, 0])}", BareQuestions.Licenses("Volume 1500"));
        yield return ("product instances", $"{inventory}devices", BareQuestions.Devices("", 0));
        yield return ("product instances, deep", $"{inventory}devices&after={Cursor.Write([name, 2_000_000_000 + middle])}", BareQuestions.Devices(name, 2_000_000_000 + middle));
        yield return ("event log", $"{inventory}events", BareQuestions.Events(long.MaxValue));
        yield return ("event log, deep", $"{inventory}events&after={Cursor.Write([devices * 5])}", BareQuestions.Events(devices * 5));
        yield return ("alerts", $"{Account}/alerts", BareQuestions.Alerts(0));
        yield return ("alerts, deep", $"{Account}/alerts?after={Cursor.Write([BareQuestions.MinorWithoutDate, VolumeFiller.FirstAlert + middle])}", BareQuestions.Alerts(VolumeFiller.FirstAlert + middle));
        yield return ("advanced search", $"{inventory}licenses&details=1&customer=Customer+77&source=Order", BareQuestions.Searched);
    }

    private static async Task WarmUpAsync(HttpClient client, IReadOnlyList<string> addresses)
    {
        for (var turn = 0; turn < WarmUp; turn++)
        {
            foreach (var address in addresses)
            {
                await client.GetStringAsync(address);
            }
        }
    }

    private static async Task<JsonObject> ComparePageAsync(HttpClient client, BareQuestions bare, string name, string address, IReadOnlyList<string> statements)
    {
        var (ours, sql) = (new List<double>(), new List<double>());
        await client.GetStringAsync(address);
        await bare.AskAsync(statements);
        for (var visit = 0; visit < Visits; visit++)
        {
            var watch = Stopwatch.StartNew();
            await bare.AskAsync(statements);
            var asked = watch.Elapsed.TotalSeconds;
            watch.Restart();
            var html = await client.GetStringAsync(address);
            var answered = watch.Elapsed.TotalSeconds;
            if (!html.Contains("<tbody", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"The page “{name}” shows no rows: {address}");
            }

            sql.Add(asked);
            ours.Add(answered);
        }

        var (page, plain) = (BenchProgram.Median(ours) * 1000, BenchProgram.Median(sql) * 1000);
        Console.WriteLine($"  {"volume",-16} {name}: p50 {page:F1} ms, bare SQL {plain:F1} ms: {page - plain:+0.0;-0.0} ms");
        return new JsonObject { ["page"] = name, ["p50Milliseconds"] = Math.Round(page, 1), ["bareMilliseconds"] = Math.Round(plain, 1) };
    }

    private static async Task<JsonObject> CompareFileAsync(BenchServer server, HttpClient client, BareQuestions bare, string kind, string format, string sql)
    {
        var (ours, plain, grown, rows) = (new List<double>(), new List<double>(), 0L, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            rows = await bare.AskAsync([sql]);
            plain.Add(watch.Elapsed.TotalSeconds);
            var before = server.Memory();
            server.ForgetPeak();
            watch.Restart();
            var length = await DownloadAsync(client, $"{Account}/reports/{kind}/report.{format}?name=Bench");
            ours.Add(watch.Elapsed.TotalSeconds);
            grown = Math.Max(grown, server.PeakMemory() - before);
            if (length < rows)
            {
                throw new InvalidOperationException($"The report “{kind}” as {format} is too short for {rows} rows: {length} bytes");
            }
        }

        var ratio = BenchProgram.Median(ours) / BenchProgram.Median(plain);
        Console.WriteLine(
            $"  {"volume",-16} {kind}.{format}, {rows:N0} rows: {BenchProgram.Median(ours):F1} s, bare SQL {BenchProgram.Median(plain):F1} s: × {ratio:F2}, memory +{grown / 1024 / 1024} MiB");
        return new JsonObject
        {
            ["report"] = $"{kind}.{format}", ["rows"] = rows, ["seconds"] = Math.Round(BenchProgram.Median(ours), 2),
            ["bareSeconds"] = Math.Round(BenchProgram.Median(plain), 2), ["ratio"] = Math.Round(ratio, 2), ["memoryBytes"] = grown,
        };
    }

    private static async Task<long> DownloadAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[65_536];
        var total = 0L;
        for (int read; (read = await body.ReadAsync(buffer)) > 0;)
        {
            total += read;
        }

        return total;
    }
}
