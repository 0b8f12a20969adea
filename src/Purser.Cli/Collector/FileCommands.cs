using System.CommandLine;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Store;
using Purser.Protocol.Usage;

namespace Purser.Cli.Collector;

/// <summary>Files that people carry between a product instance and the collector.</summary>
internal static class FileCommands
{
    private static readonly Argument<string[]> Files = new("FILE") { Description = "As product instances save them", Arity = ArgumentArity.OneOrMore };
    private static readonly Argument<string> Folder = new("FOLDER") { Description = "Where the answers go, each under the name of its product instance" };

    public static Command Build(CollectorCommand.Actor act) => new("files", "Files that people carry between product instances and the collector")
    {
        act(new Command("add") { Files }, "Take files of product instances", AddAsync),
        act(new Command("answers") { Folder }, "Write the answers that are there to a folder, for product instances that they are carried to", AnswersAsync),
    };

    internal static async Task<string> ReadAsync(string path, long most, CancellationToken cancel) => Encoding.UTF8.GetString(await ReadBytesAsync(path, most, cancel));

    internal static async Task<byte[]> ReadBytesAsync(string path, long most, CancellationToken cancel)
    {
        try
        {
            return new FileInfo(path).Length <= most ? await File.ReadAllBytesAsync(path, cancel) : throw new CommandException($"{path} has more than {most / 1024 / 1024} MB");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be read: {problem.Message}");
        }
    }

    private static async Task<int> AddAsync(CollectorWork work, ParseResult parsed, CancellationToken cancel)
    {
        var refused = 0;
        foreach (var path in parsed.GetRequiredValue(Files))
        {
            var taken = await work.Take.RunAsync(await ReadAsync(path, ReportFile.MaximumBytes, cancel), null, CollectionMethod.File, null, cancel);
            refused += taken.IsOk ? 0 : 1;
            await (taken.IsOk ? parsed.InvocationConfiguration.Output : parsed.InvocationConfiguration.Error).WriteLineAsync(
                taken.IsOk ? $"{path}: {taken.Value.Device.Called}{(taken.Value.IsNew ? "" : ", was here already")}" : $"purser: {path}: {taken.Detail}");
        }

        return refused == 0 ? ExitCode.Done : ExitCode.Refused;
    }

    private static async Task<int> AnswersAsync(CollectorWork work, ParseResult parsed, CancellationToken cancel)
    {
        var folder = parsed.GetRequiredValue(Folder);
        await using var db = work.Store.Open();
        var files = from file in db.Files
                    where file.Answer != null && file.DeliveredAt == null
                    join device in db.Devices on file.DeviceId equals device.Id
                    where device.Method == CollectionMethod.File
                    orderby file.Id
                    select new { File = file, Device = device };
        var written = 0;
        foreach (var one in await files.ToListAsync(cancel))
        {
            await WriteAsync(folder, $"{Name(one.Device)}_{one.File.Id}.xml", one.File.Answer!, cancel);
            one.File.DeliveredAt = work.Store.Now;
            await db.SaveChangesAsync(cancel);
            written++;
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync($"{written} {(written == 1 ? "answer" : "answers")} written to {folder}");
        return ExitCode.Done;
    }

    /// <summary>What a device calls itself may hold anything.</summary>
    private static string Name(KnownDevice device) => string.Concat($"{device.Pid}_{device.SerialNumber}".Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-'));

    private static async Task WriteAsync(string folder, string name, string text, CancellationToken cancel)
    {
        try
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, name), text, cancel);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{folder} cannot be written: {problem.Message}");
        }
    }
}
