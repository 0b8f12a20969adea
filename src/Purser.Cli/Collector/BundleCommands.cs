using System.CommandLine;
using Purser.Protocol.Bundles;

namespace Purser.Cli.Collector;

/// <summary>Bundles that people carry between the collector and the authority.</summary>
internal static class BundleCommands
{
    private static readonly Argument<string> Target = new("FOLDER") { Description = "Where the bundle is written to" };
    private static readonly Option<bool> Again = new("--again") { Description = "Also what was exported before and has no answer: its bundle was lost, or the answers were" };
    private static readonly Argument<string> Source = new("FILE") { Description = "The bundle of acknowledgements that the authority gave" };

    public static Command Build(CollectorCommand.Actor act) => new("bundle", "Bundles that people carry between the collector and the authority")
    {
        act(new Command("export") { Target, Again }, "Write what waits into bundles", ExportAsync),
        act(new Command("import") { Source }, "Take the authority's answers", ImportAsync),
    };

    private static async Task<int> ExportAsync(CollectorWork work, ParseResult parsed, CancellationToken cancel)
    {
        var folder = parsed.GetRequiredValue(Target);
        if (parsed.GetValue(Again))
        {
            await work.Export.AgainAsync(cancel);
        }

        var bundles = 0;
        while (await work.Export.RunAsync(bundle => WriteAsync(folder, bundle.Name, bundle.Content, cancel), cancel) is { } made)
        {
            bundles++;
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"{Path.Combine(folder, made.Name)}: {made.Files} {(made.Files == 1 ? "file" : "files")}");
        }

        return bundles > 0 ? ExitCode.Done : throw new CommandException("nothing waits to be carried; what was exported before and has no answer goes again with --again");
    }

    private static async Task<int> ImportAsync(CollectorWork work, ParseResult parsed, CancellationToken cancel)
    {
        var bundle = await FileCommands.ReadBytesAsync(parsed.GetRequiredValue(Source), BundleLimits.Bytes, cancel);
        var taken = await work.Answers.RunAsync(bundle, cancel);
        if (!taken.IsOk)
        {
            throw new CommandException(taken.Detail!);
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync($"Answers: {taken.Value}");
        return ExitCode.Done;
    }

    private static async Task WriteAsync(string folder, string name, byte[] content, CancellationToken cancel)
    {
        try
        {
            Directory.CreateDirectory(folder);
            await using var file = new FileStream(Path.Combine(folder, name), FileMode.Create, FileAccess.Write);
            await file.WriteAsync(content, cancel);
            file.Flush(flushToDisk: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{folder} cannot be written: {problem.Message}");
        }
    }
}
