using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Purser.Agent.Show;
using Purser.Cli.Device.Serve;

namespace Purser.Cli.Device;

/// <summary><c>purser device --store FILE …</c>: one device, its state in one file, and the commands that a product's own console has (device reference 2.7).</summary>
public static class DeviceCommand
{
    private const string Pages = "summary | status | usage | reservation | udi | all | tech support | " + PolicyShow.Help;

    public static Command Build()
    {
        var store = new Option<string>("--store") { Description = "The device's trusted store file", Required = true, Recursive = true, HelpName = "FILE" };
        return new Command("device", "A device: its agent and its console")
        {
            store,
            InitCommand.Build(store),
            Upgrade(store),
            License(store),
            Feature(store),
            Show(store),
            Tick(store),
            Run(store),
            Password(store),
            ServeCommand.Build(store),
        };
    }

    private static Command License(Option<string> store)
    {
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.OneOrMore };
        var yes = new Option<bool>("--yes") { Description = "Answer yes to what the command asks before it acts" };
        var command = new Command("license", LicenseCommands.Help) { words, yes };
        return Act(command, store, (session, parsed, cancel) => LicenseCommands.RunAsync(session, parsed.GetRequiredValue(words), parsed.GetValue(yes), cancel));
    }

    private static Command Feature(Option<string> store)
    {
        var feature = new Command("feature", "The product's own calls: use more or less of a license");
        foreach (var request in new[] { true, false })
        {
            var name = new Argument<string>("name") { Description = "License name or entitlement tag" };
            var count = new Argument<long>("count") { Description = "How many more, or fewer", CustomParser = Count };
            var units = new Option<string[]>("--unit") { Description = "A sub-device that uses it, or ceases to; by policy only", HelpName = "PID/SN" };
            var command = request
                ? new Command("request", "Use COUNT more of a license, on top of what is in use") { name, count, units }
                : new Command("release", "Use COUNT fewer of a license than are in use") { name, count, units };
            feature.Add(Act(command, store, (session, parsed, cancel) =>
                FeatureCommands.RunAsync(session, request, parsed.GetRequiredValue(name), parsed.GetRequiredValue(count), cancel, parsed.GetValue(units))));
        }

        var (describe, act) = DescribeCommand.Build();
        feature.Add(Act(describe, store, act));

        return feature;
    }

    private static long Count(ArgumentResult result)
    {
        if (long.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
        {
            return count;
        }

        result.AddError($"'{result.Tokens[0].Value}' is not a count: give a whole number, such as 2");
        return 0;
    }

    private static Command Upgrade(Option<string> store)
    {
        var (upgrade, act) = UpgradeCommand.Build();
        return Act(upgrade, store, act);
    }

    private static Command Show(Option<string> store)
    {
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.OneOrMore };
        var command = new Command("show", $"show license {Pages}") { words };
        return Act(command, store, (session, parsed, _) =>
        {
            var (state, now) = (session.Agent.State, session.Agent.Now);
            var asked = parsed.GetRequiredValue(words).Select(static word => word.ToLowerInvariant()).ToArray();
            session.Output.Write(string.Join(' ', asked) switch
            {
                _ when asked is ["license", .. var page] && PolicyShow.Page(page, state, now) is { } text => text,
                "license summary" => ShowLicense.Summary(state, now),
                "license status" => ShowLicense.Status(state, now),
                "license usage" => ShowLicense.Usage(state, now),
                "license reservation" => ShowLicense.Reservation(state),
                "license udi" => ShowLicense.UdiPage(state),
                "license all" => ShowLicense.All(state, now),
                "license tech support" or "license tech" => ShowLicense.TechSupport(state, now),
                var other => throw new CommandException($"'show {other}' is unknown; there are: show license {Pages}"),
            });
            return Task.FromResult(ExitCode.Done);
        });
    }

    private static Command Tick(Option<string> store) => Act(
        new Command("tick", "Do what is due now: renewals, retries"),
        store,
        static async (session, _, cancel) =>
        {
            var next = await session.Agent.TickAsync(cancel);
            session.Output.WriteLine(next is { } due ? $"Next due: {DeviceSession.Date(due)}" : "Nothing is due");
            return ExitCode.Done;
        });

    private static Command Run(Option<string> store)
    {
        var command = new Command("run", "Stay in the foreground and do everything when it is due; Ctrl-C ends it");
        command.SetAction((parsed, cancel) => DeviceSession.GuardAsync(parsed, () => RunLoop.RunAsync(parsed.GetRequiredValue(store), parsed.InvocationConfiguration, cancel)));
        return command;
    }

    private static Command Password(Option<string> store)
    {
        var user = PasswordCommand.User();
        var command = new Command("password", "Set who may manage the device from afar; the password is one line of the standard input") { user };
        return Act(command, store, (session, parsed, cancel) => PasswordCommand.RunAsync(session, parsed.GetRequiredValue(user), Console.In, cancel));
    }

    private static Command Act(Command command, Option<string> store, Func<DeviceSession, ParseResult, CancellationToken, Task<int>> act)
    {
        command.SetAction((parsed, cancel) => DeviceSession.GuardAsync(parsed, async () =>
        {
            using var session = await DeviceSession.OpenAsync(parsed.GetRequiredValue(store), parsed.InvocationConfiguration, cancel);
            return await act(session, parsed, cancel);
        }));
        return command;
    }
}
