using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Devices;

namespace Purser.Cli.Collector;

/// <summary>The product instances that the collector is told of.</summary>
internal static class DeviceSheetCommands
{
    private static readonly Argument<string> Sheet = new("FILE") { Description = "CSV with the columns " + string.Join(", ", DeviceSheet.Columns) };

    private static readonly Argument<string> Device = new("NAME") { Description = "UDI as 'list' shows it, serial number, host name or address" };

    public static Command Build(CollectorCommand.Actor act) => new("devices", "The product instances of the collector")
    {
        act(new Command("import") { Sheet }, "Take a sheet of product instances, all of it or nothing", ImportAsync),
        act(new Command("list"), "List the product instances", ListAsync),
        act(new Command("remove") { Device }, "Forget a product instance; one that pushes comes back when it pushes again", RemoveAsync),
    };

    private static async Task<int> ImportAsync(CollectorWork work, ParseResult parsed, CancellationToken cancel)
    {
        var done = await work.Import.RunAsync(await FileCommands.ReadAsync(parsed.GetRequiredValue(Sheet), DeviceSheet.MaximumBytes, cancel), cancel);
        if (done.Problems.Count > 0)
        {
            throw new CommandException("nothing was taken from the sheet:\n  " + string.Join("\n  ", done.Problems));
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync(done.ToString());
        return ExitCode.Done;
    }

    private static async Task<int> RemoveAsync(CollectorWork work, ParseResult parsed, CancellationToken cancel)
    {
        var name = parsed.GetRequiredValue(Device);
        var found = await work.Remove.FindAsync(name, cancel);
        if (found is not [var device])
        {
            throw new CommandException(found.Count == 0 ? $"this collector knows no '{name}'; 'devices list' shows all" : $"{found.Count} product instances are called '{name}'; name one by its UDI, as 'devices list' shows it");
        }

        if (await work.Remove.RunAsync(device.Id, cancel) is { } problem)
        {
            throw new CommandException(problem);
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync($"{device.Called} is forgotten");
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
