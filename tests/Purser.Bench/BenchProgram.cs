using System.Text.Json;
using System.Text.Json.Nodes;
using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>Runs every section on every engine, prints a table and writes the JSON.</summary>
internal static class BenchProgram
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<int> RunAsync(string[] args)
    {
        if (Options.Parse(args) is not { } options)
        {
            return 2;
        }

        var report = new JsonObject
        {
            ["processors"] = Environment.ProcessorCount,
            ["runtime"] = Environment.Version.ToString(),
            ["syncMicroseconds"] = Math.Round(DiskSync.MedianMicroseconds(BenchStore.Folder), 1),
        };
        Console.WriteLine($"{Environment.ProcessorCount} processors, a durable 8 KiB write takes {report["syncMicroseconds"]} µs (median)");
        foreach (var name in options.Engines)
        {
            var engine = Enum.Parse<Engine>(name, ignoreCase: true);
            report[name] = await RunEngineAsync(engine, options);
        }

        var path = Path.GetFullPath(options.Output);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, report.ToJsonString(Indented) + "\n");
        Console.WriteLine($"Written to {path}");
        return 0;
    }

    private static async Task<JsonObject> RunEngineAsync(Engine engine, Options options)
    {
        Console.WriteLine($"\n{engine}");
        var result = new JsonObject();
        if (options.Messages)
        {
            await MeasureMessagesAsync(engine, options, result);
        }

        if (options.Pages)
        {
            var (pages, searches) = await PageSection.RunAsync(engine);
            result["pages"] = pages;
            result["searches"] = searches;
        }

        if (options.Volume)
        {
            var (pages, files) = await VolumeSection.RunAsync(engine);
            result["volume"] = pages;
            result["files"] = files;
        }

        if (options.Reports)
        {
            result["usageReports"] = await UsageReportSection.RunAsync(engine, options);
        }

        if (options.Collected > 0)
        {
            result["collector"] = await CollectorSection.RunAsync(engine, options);
        }

        if (options.Bulk && engine == Engine.Postgres)
        {
            result["reservations"] = await BulkReservationSection.RunAsync(engine, options);
        }

        return result;
    }

    private static async Task MeasureMessagesAsync(Engine engine, Options options, JsonObject result)
    {
        var store = await BenchStore.NewAsync(engine, "main");
        var tokens = await Estate.MakeAsync(store);
        var devices = BenchDevice.Make(options.Devices, tokens);

        result["registrations"] = await RegistrationSection.RunAsync(store, devices, tokens, options);
        result["authorizations"] = await AuthorizationSection.RunAsync(store, devices, options);
        if (options.Scale)
        {
            result["scale"] = await ScaleSection.RunAsync(store, devices, options);
        }

        await store.DropAsync();
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
