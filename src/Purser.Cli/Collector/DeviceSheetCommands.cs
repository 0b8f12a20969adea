using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Devices;

namespace Purser.Cli.Collector;

/// <summary>The product instances that the collector is told of.</summary>
internal static class DeviceSheetCommands
{
    private static readonly Argument<string> Sheet = new("FILE") { Description = "CSV with the columns " + string.Join(", ", DeviceSheet.Columns) };

    public static Command Build(CollectorCommand.Actor act) => new("devices", "The product instances of the collector")
    {
        act(new Command("import") { Sheet }, "Take a sheet of product instances, all of it or nothing", ImportAsync),
        act(new Command("list"), "List the product instances", ListAsync),
    };

    private static async Task<int> ImportAsync(CollectorWork work, ParseResult parsed, CancellationToken cancel)
    {
        var done = await work.Import.RunAsync(await FileCommands.ReadAsync(parsed.GetRequiredValue(Sheet), DeviceSheet.MaximumBytes, cancel), cancel);
        if (done.Problems.Count > 0)
        {
            throw new CommandException("nothing was taken from the sheet: " + string.Join("; ", done.Problems));
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync(done.ToString());
        return ExitCode.Done;
    }

    private static async Task<int> ListAsync(CollectorWork work, ParseResult parsed, CancellationToken cancel)
    {
        await using var db = work.Store.Open();
        await foreach (var device in db.Devices.AsNoTracking().OrderBy(row => row.Id).AsAsyncEnumerable().WithCancellation(cancel))
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync(
                string.Join('\t', device.Udi ?? "-", device.Hostname ?? "-", device.Method, device.Address ?? "-", "seen " + CollectorStatus.Instant(device.SeenAt), device.Problem ?? "").TrimEnd());
        }

        return ExitCode.Done;
    }
}
