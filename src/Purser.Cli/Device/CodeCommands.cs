using Purser.Agent;
using Purser.Agent.Policy.Authorizations;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Cli.Device;

/// <summary>The words after <c>license smart authorization</c> (device reference 4.6). A code is for the product instance, so <c>local</c> and <c>all</c> ask for the same.</summary>
internal static class CodeCommands
{
    private const string ByHand = "Enter this return code in the portal, or bring the file there:";

    /// <param name="words">As typed: file names keep their case.</param>
    /// <param name="lower">The same in lower case.</param>
    public static Task<int> RunAsync(DeviceSession session, string[] words, string[] lower, CancellationToken cancel)
    {
        var codes = session.Agent.Policy.Codes;
        return lower switch
        {
            ["request", "add", _, "local" or "all"] => AskAsync(session, codes.Ask(words[2], null, replaces: false), cancel),
            ["request", "add", _, "local" or "all", var count] => AskAsync(session, codes.Ask(words[2], Number(count), replaces: false), cancel),
            ["request", "replace", _, "local" or "all"] => AskAsync(session, codes.Ask(words[2], null, replaces: true), cancel),
            ["request", "replace", _, "local" or "all", var count] => AskAsync(session, codes.Ask(words[2], Number(count), replaces: true), cancel),
            ["request", "save", _] => SaveAsync(session, codes, words[^1], cancel),
            ["return", "local" or "all", "offline"] => ReturnAsync(session, codes, null, ByHand, cancel),
            ["return", "local" or "all", "offline", _] => ReturnAsync(session, codes, words[^1], ByHand, cancel),
            ["return", "local" or "all", "online"] => ReturnOnlineAsync(session, codes, cancel),
            _ => throw new CommandException($"'license smart authorization {string.Join(' ', words)}' is unknown; there are:\n        {PolicyCommands.Help}"),
        };
    }

    private static long Number(string text) => PolicyCommands.Number(text, "a count", WireLimits.Count);

    /// <summary>Where a network leads to the authority or a collector it goes at once; otherwise it waits for <c>request save</c>.</summary>
    private static async Task<int> AskAsync(DeviceSession session, AgentOutcome asked, CancellationToken cancel) =>
        await session.ReportAsync("The request", asked.IsDone && session.Agent.Policy.Push.IsOn ? await session.Agent.Policy.Push.AuthorizeAsync(cancel) : asked);

    private static async Task<int> SaveAsync(DeviceSession session, DeviceCodes codes, string file, CancellationToken cancel)
    {
        WireRefusal? refusal = null;
        await PolicyCommands.WriteAsync(
            file,
            async write =>
            {
                var saved = await codes.SaveRequestAsync(write);
                refusal = saved.IsOk ? null : new WireRefusal(saved.Code!, saved.Detail!);
            },
            cancel);
        return refusal is null ? ExitCode.Done : await session.ReportAsync("Saving the request", AgentOutcome.Refused(null, refusal.Detail));
    }

    private static async Task<int> ReturnOnlineAsync(DeviceSession session, DeviceCodes codes, CancellationToken cancel)
    {
        // Nothing is given up that could not be told.
        if (!session.Agent.Policy.Push.IsOn || !session.Agent.Policy.Push.MayAsk)
        {
            return await session.ReportAsync("The return", await session.Agent.Policy.Push.AuthorizeAsync(cancel));
        }

        var done = await ReturnAsync(session, codes, null, null, cancel);
        if (done != ExitCode.Done)
        {
            return done;
        }

        var told = await session.Agent.Policy.Push.AuthorizeAsync(cancel);
        await session.Output.WriteLineAsync(told.IsDone ? "The authority has it: its licenses are free again." : "If it never comes to the portal by itself, enter the return code there.");
        return await session.ReportAsync("The return", told);
    }

    private static async Task<int> ReturnAsync(DeviceSession session, DeviceCodes codes, string? file, string? advice, CancellationToken cancel)
    {
        var returned = codes.Return();
        if (!returned.IsOk)
        {
            return await session.ReportAsync("The return", AgentOutcome.Refused(returned.Code, returned.Detail!));
        }

        // The code is given up already, so it is shown whatever becomes of the file.
        await session.Output.WriteLineAsync($"{(advice is null ? "" : advice + "\n")}Return code: {returned.Value}");
        return file is null ? ExitCode.Done : await SaveAsync(session, codes, file, cancel);
    }
}
