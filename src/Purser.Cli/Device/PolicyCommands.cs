using System.Globalization;
using Purser.Agent;
using Purser.Agent.Policy;
using Purser.Protocol;
using Purser.Protocol.Usage;

namespace Purser.Cli.Device;

/// <summary>The words after <c>license smart</c> of a device that is licensed by policy (device reference 4.7).</summary>
internal static class PolicyCommands
{
    public const string Help = """
                license smart save usage all | days N | rum-id ID | unreported file FILE
                license smart save trust-request FILE
                license smart import FILE
                license smart authorization request add | replace FEATURE local | all [COUNT]
                license smart authorization request save FILE
                license smart authorization return local | all online | offline [FILE]
                license smart trust idtoken TOKEN local | all [force]
                license smart sync all | local
                license smart usage interval DAYS
                license smart clear eventlog
        """;

    public static bool IsOne(string[] words) => words.Length > 2 && words[1].ToLowerInvariant() is "save" or "import" or "authorization" or "trust" or "sync" or "usage" or "clear";

    /// <param name="words">File names keep their case.</param>
    public static Task<int> RunAsync(DeviceSession session, string[] words, CancellationToken cancel)
    {
        if (!session.Agent.Policy.IsInUse)
        {
            throw new CommandException("this device is not licensed by policy; 'init --policy' makes one that is");
        }

        var lower = words.Select(word => word.ToLowerInvariant()).ToArray();
        return lower switch
        {
            ["save", "usage", "all", "file", _] => SaveAsync(session, ReportChoice.All, words[^1], cancel),
            ["save", "usage", "unreported", "file", _] => SaveAsync(session, ReportChoice.Unreported, words[^1], cancel),
            ["save", "usage", "days", var days, "file", _] => SaveAsync(session, ReportChoice.Days((int)Number(days, "days", 3650)), words[^1], cancel),
            ["save", "usage", "rum-id", var id, "file", _] => SaveAsync(session, ReportChoice.One((ulong)Number(id, "a report's id", long.MaxValue)), words[^1], cancel),
            ["save", "trust-request", _] => WriteAsync(words[^1], write => session.Agent.Policy.Trust.SaveRequestAsync(write), cancel),
            ["import", _] => ImportAsync(session, words[1], cancel),
            ["authorization", .. var rest] => CodeCommands.RunAsync(session, words[1..], rest, cancel),
            ["trust", "idtoken", _, "local" or "all"] => TrustAsync(session, words, force: false, cancel),
            ["trust", "idtoken", _, "local" or "all", "force"] => TrustAsync(session, words, force: true, cancel),
            ["sync", "all" or "local"] => SyncAsync(session, cancel),
            ["usage", "interval", var days] => session.ReportAsync("The change of the interval", session.Agent.Policy.SetInterval((int)Number(days, "days", int.MaxValue))),
            ["clear", "eventlog"] => Clear(session),
            _ => throw new CommandException($"'license smart {string.Join(' ', words)}' is unknown; there are:\n        {Help}"),
        };
    }

    /// <param name="what">As the refusal names it.</param>
    public static long Number(string text, string what, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most
            ? number
            : throw new CommandException(string.Create(CultureInfo.InvariantCulture, $"'{text}' is not {what}; expected a whole number from 1 to {most}"));

    private static async Task<int> SaveAsync(DeviceSession session, ReportChoice choice, string file, CancellationToken cancel)
    {
        WireRefusal? refusal = null;
        await WriteAsync(
            file,
            async write =>
            {
                var saved = await session.Agent.Policy.SaveAsync(choice, write);
                refusal = saved.IsOk ? null : new WireRefusal(saved.Code!, saved.Detail!);
            },
            cancel);
        return refusal is null ? ExitCode.Done : await session.ReportAsync("Saving usage reports", AgentOutcome.Refused(null, refusal.Detail));
    }

    internal static async Task<int> WriteAsync(string file, Func<Func<string, Task>, Task> save, CancellationToken cancel)
    {
        try
        {
            await save(text => File.WriteAllTextAsync(file, text, cancel));
            return ExitCode.Done;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be written: {problem.Message}");
        }
    }

    private static async Task<int> TrustAsync(DeviceSession session, string[] words, bool force, CancellationToken cancel) => await session.ReportAsync(
        "Trust establishment", await session.Agent.Policy.Push.TrustAsync(words[2], all: words[3].Equals("all", StringComparison.OrdinalIgnoreCase), force, cancel));

    private static async Task<int> SyncAsync(DeviceSession session, CancellationToken cancel) => await session.ReportAsync("Synchronization", await session.Agent.Policy.Push.SyncAsync(cancel));

    private static async Task<int> ImportAsync(DeviceSession session, string file, CancellationToken cancel)
    {
        var done = session.Agent.Policy.Import(await ReadAsync(file, cancel));
        if (!done.IsOk)
        {
            return await session.ReportAsync("Import", AgentOutcome.Refused(done.Code, done.Detail!));
        }

        await session.Output.WriteLineAsync("Import Data Successful");
        if (done.Value.Any(static note => note is { Type: "AUTH", Failure: null }) && session.Agent.State.Policy!.Codes.Installed is { } code)
        {
            await session.Output.WriteLineAsync($"Last Confirmation code: {code.Confirmation}");
        }

        foreach (var note in done.Value.Where(note => note.Failure is not null))
        {
            await session.Error.WriteLineAsync($"purser: {note.Type} was left out: {note.Failure}");
        }

        return ExitCode.Done;
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancel)
    {
        try
        {
            return new FileInfo(file).Length <= ImportFile.MaximumBytes
                ? await File.ReadAllTextAsync(file, cancel)
                : throw new CommandException($"{file} is too large to be a file to import");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be read: {problem.Message}");
        }
    }

    private static Task<int> Clear(DeviceSession session)
    {
        session.Agent.Policy.ClearEvents();
        return Task.FromResult(ExitCode.Done);
    }
}
