using System.CommandLine;
using Purser.Cli.Apply;
using Purser.Cli.Collector;
using Purser.Cli.Device;
using Purser.Cli.Past;
using Purser.Cli.Fleet;

namespace Purser.Cli;

/// <summary>Every command of <c>purser</c>, one line each.</summary>
public static class CliRoot
{
    public static RootCommand Build() => new(
        "purser: devices, fleets and estates of a smart software license manager. "
        + "The server's own commands go through the same door: purser audit (replay the books), purser check-config, purser serve.")
    {
        DeviceCommand.Build(),
        ApplyCommand.Build(),
        ExportCommand.Build(),
        PastCommand.Build(),
        CollectorCommand.Build(),
        FleetCommand.Build(),
    };

    /// <summary>A token may begin with '@': never a response file.</summary>
    public static ParserConfiguration Parsing => new() { ResponseFileTokenReplacer = null };
}
