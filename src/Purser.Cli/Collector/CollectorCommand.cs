using System.CommandLine;
using Purser.Cli.Collector.Store;
using Purser.Cli.Device;
using Purser.Cli.Device.Serve;

namespace Purser.Cli.Collector;

/// <summary><c>purser collector</c>: stands between devices and the authority where they do not reach each other (SP-05).</summary>
internal static class CollectorCommand
{
    private static readonly Option<string> Data = new("--data") { Description = "The collector's folder", DefaultValueFactory = static _ => "collector", HelpName = "FOLDER", Recursive = true };

    public static Command Build() => new("collector", "Collect the files of many devices, bring them to the authority over the network or in bundles, and the answers back")
    {
        Data,
        RunCommand.Build(Data),
        ConnectCommand.Build(Data),
        Act(Access(out var user), "Set who may see the collector's pages; the password is one line of the standard input", (work, parsed, cancel) => AccessCommand.RunAsync(work, parsed, user, cancel)),
        DeviceSheetCommands.Build(Act),
        BundleCommands.Build(Act),
        FileCommands.Build(Act),
        Act(new Command("pull"), "Fetch from all devices now", static async (work, parsed, cancel) =>
        {
            var asked = await work.Pull.RunAsync(isUrgent: true, cancel);
            var status = await CollectorStatus.ReadAsync(work.Store, cancel);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"Asked {asked}, {status.Troubled} with a problem; {status.Waiting} {(status.Waiting == 1 ? "file waits" : "files wait")}");
            return status.Troubled == 0 ? ExitCode.Done : ExitCode.TryLater;
        }),
        Act(new Command("forward"), "Bring what waits to the authority now, and the answers to the devices", ForwardAsync),
        Act(new Command("status"), "How the collector stands", StatusAsync),
    };

    /// <summary>A command over the store, which a running collector may use at the same time.</summary>
    internal delegate Command Actor(Command command, string description, Func<CollectorWork, ParseResult, CancellationToken, Task<int>> act);

    private static Command Act(Command command, string description, Func<CollectorWork, ParseResult, CancellationToken, Task<int>> act)
    {
        command.Description = description;
        command.SetAction((parsed, cancel) => DeviceSession.GuardAsync(parsed, async () =>
        {
            using var work = new CollectorWork(await CollectorStore.OpenAsync(parsed.GetRequiredValue(Data), TimeProvider.System, cancel), CollectorWork.DefaultPullEvery);
            return await act(work, parsed, cancel);
        }));
        return command;
    }

    private static Command Access(out Option<string> user)
    {
        user = PasswordCommand.User();
        return new Command("password") { user };
    }

    private static async Task<int> ForwardAsync(CollectorWork work, ParseResult parsed, CancellationToken cancel)
    {
        if (!(await work.Store.SettingsAsync(cancel)).IsConnected)
        {
            throw new CommandException("this collector is not connected: purser collector connect, or carry bundles");
        }

        var files = 0;
        CollectorStatus status;
        while (true)
        {
            files += await work.Forward.RunAsync(isUrgent: true, cancel) ?? 0;
            status = await CollectorStatus.ReadAsync(work.Store, cancel);
            if (status.Settings.ForwardProblem is not null || status.Waiting + status.Forwarded == 0)
            {
                break;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancel);
        }

        await work.Deliver.RunAsync(isUrgent: true, cancel);
        await parsed.InvocationConfiguration.Output.WriteLineAsync($"{files} {(files == 1 ? "file was" : "files were")} worked off");
        return status.Settings.ForwardProblem is { } problem ? await TroubleAsync(parsed, problem) : ExitCode.Done;
    }

    private static async Task<int> TroubleAsync(ParseResult parsed, string problem)
    {
        await parsed.InvocationConfiguration.Error.WriteLineAsync($"purser: {problem}");
        return ExitCode.TryLater;
    }

    private static async Task<int> StatusAsync(CollectorWork work, ParseResult parsed, CancellationToken cancel)
    {
        var status = await CollectorStatus.ReadAsync(work.Store, cancel);
        var output = parsed.InvocationConfiguration.Output;
        await output.WriteLineAsync(status.Link);
        await output.WriteLineAsync($"Devices: {status.Devices}, {status.Troubled} with a problem");
        await output.WriteLineAsync($"Files: {status.Waiting} waiting, {status.Forwarded} on their way, {status.Exported} in carried bundles, {status.Answered} answered, {status.Refused} refused");
        await output.WriteLineAsync($"Answers that could not be brought yet: {status.Undelivered}");
        return ExitCode.Done;
    }
}
