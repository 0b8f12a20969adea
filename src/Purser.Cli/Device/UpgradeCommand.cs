using System.CommandLine;
using Purser.Agent.Policy.Upgrade;

namespace Purser.Cli.Device;

/// <summary>The device's software is replaced by one that is licensed by policy; what was reserved for it or fulfilled onto it stays valid (device reference 4.6).</summary>
internal static class UpgradeCommand
{
    public static (Command Command, Func<DeviceSession, ParseResult, CancellationToken, Task<int>> Act) Build()
    {
        var version = new Option<string?>("--software-version") { Description = "Of the new software; usage reports name it", HelpName = "VERSION" };
        var nodeLocked = new Option<string[]>("--pak") { Description = "A license of the older kind that this device has, and how many", HelpName = "TAG=COUNT" };
        var command = new Command("upgrade", "Replace the device's software by one that is licensed by policy: it does not register, it reports what it uses") { version, nodeLocked };
        return (command, (session, parsed, _) => RunAsync(session, parsed.GetValue(version), [.. (parsed.GetValue(nodeLocked) ?? []).Select(Read)]));
    }

    private static Task<int> RunAsync(DeviceSession session, string? version, IReadOnlyList<NodeLockedLicense> nodeLocked) =>
        session.ReportAsync("Upgrade", session.Agent.UpgradeToPolicy(nodeLocked, version));

    private static NodeLockedLicense Read(string text) => text.LastIndexOf('=') is var at and > 0
        ? new NodeLockedLicense(text[..at], PolicyCommands.Number(text[(at + 1)..], "a count", long.MaxValue))
        : new NodeLockedLicense(text, 1);
}
