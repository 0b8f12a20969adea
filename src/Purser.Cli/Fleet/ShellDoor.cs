using System.Diagnostics;

namespace Purser.Cli.Fleet;

/// <summary>The other commands of <c>purser</c>, through the same door by which this one came.</summary>
internal static class ShellDoor
{
    /// <summary>Set by the door; without it (a plain program file) the server is looked for by its name.</summary>
    private const string Variable = "PURSER_DOOR";

    public static Process Start(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable(Variable) ?? "purser-server") { UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new CommandException($"{start.FileName} cannot be started ({fault.Message}); run this through ./purser, or put purser-server on the path");
        }
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        using var process = Start(arguments);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode;
    }

    /// <summary>Asks it to stop, as a service manager would.</summary>
    public static void Terminate(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
