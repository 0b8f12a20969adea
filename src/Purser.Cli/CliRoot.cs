using System.CommandLine;
using Purser.Cli.Device;
using Purser.Cli.Past;

namespace Purser.Cli;

/// <summary>Every command of <c>purser</c>, one line each.</summary>
public static class CliRoot
{
    public static RootCommand Build() => new("purser: devices, fleets and estates of a smart software license manager")
    {
        DeviceCommand.Build(),
        PastCommand.Build(),
    };

    /// <summary>A token may begin with '@': never a response file.</summary>
    public static ParserConfiguration Parsing => new() { ResponseFileTokenReplacer = null };
}
