using System.CommandLine;
using Purser.Agent.State;

namespace Purser.Cli.Device.Serve;

/// <summary>Sets who may manage the device from afar. The password comes by the standard input, so that no list of processes shows it.</summary>
internal static class PasswordCommand
{
    public static Option<string> User() => new("--user") { Description = "Name that goes with the password", DefaultValueFactory = static _ => "admin", HelpName = "NAME" };

    public static async Task<int> RunAsync(DeviceSession session, string user, TextReader input, CancellationToken cancel)
    {
        var password = await input.ReadLineAsync(cancel) ?? throw new CommandException("there is no password: give it as one line of the standard input");
        if (RemoteAccess.Problem(user, password) is { } problem)
        {
            throw new CommandException(problem);
        }

        var access = RemoteAccess.Of(user, password);
        session.Agent.Configure(state => state with { RemoteAccess = access });
        return ExitCode.Done;
    }
}
