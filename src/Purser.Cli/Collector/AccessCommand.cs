using System.CommandLine;
using System.Text.Json;
using Purser.Agent.State;

namespace Purser.Cli.Collector;

/// <summary>Who may see the collector's pages. There is nobody until its owner sets a password.</summary>
internal static class AccessCommand
{
    public static async Task<int> RunAsync(CollectorWork work, ParseResult parsed, Option<string> user, CancellationToken cancel)
    {
        var password = await Console.In.ReadLineAsync(cancel) ?? throw new CommandException("there is no password: give it as one line of the standard input");
        if (RemoteAccess.Problem(parsed.GetRequiredValue(user), password) is { } problem)
        {
            throw new CommandException(problem);
        }

        var access = JsonSerializer.Serialize(RemoteAccess.Of(parsed.GetRequiredValue(user), password));
        await work.Store.ConfigureAsync(settings => settings.Access = access, cancel);
        return ExitCode.Done;
    }
}
