using System.Globalization;
using Purser.Protocol.Wire;

namespace Purser.Cli.Device;

/// <summary>High availability, application redundancy and detached mode on a device's console.</summary>
internal static class RedundancyCommands
{
    public const string Help = """
                license smart ha active=PID/SN [standby=PID/SN ...] [member=PID/SN ...]
                license smart application LICENSE name NAME id ID role active|standby peer PID/SN
                license smart application LICENSE none
                license smart detach until YYYY-MM-DD | reattach
        """;

    public static async Task<int> UnitsAsync(DeviceSession session, string[] words, CancellationToken cancel) =>
        await session.ReportAsync("The change of roles", await session.Agent.SetUnitsAsync([.. words.Select(Unit)], cancel));

    public static async Task<int> ShareAsync(DeviceSession session, string license, ApplicationShare? share, CancellationToken cancel) =>
        await session.ReportAsync("Sharing the license", await session.Agent.ShareAsync(license, share, cancel));

    public static ApplicationShare Share(string name, string id, string role, string peer) => new(name, id, Role(role, HaRole.Active, HaRole.Standby), Sudi(peer));

    public static async Task<int> DetachAsync(DeviceSession session, string day, CancellationToken cancel)
    {
        if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            throw new CommandException($"'{day}' is no date; expected YYYY-MM-DD");
        }

        return await session.ReportAsync("Detached mode", await session.Agent.DetachAsync(new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero), cancel));
    }

    public static async Task<int> ReattachAsync(DeviceSession session, CancellationToken cancel) =>
        await session.ReportAsync("Reattaching", await session.Agent.ReattachAsync(cancel));

    private static HaUnit Unit(string word) => word.Split('=', 2) is [var role, var udi]
        ? new HaUnit(Role(role, HaRole.Active, HaRole.Standby, HaRole.Member), Sudi(udi))
        : throw new CommandException($"'{word}' is no unit; expected ROLE=PID/SN");

    /// <summary>Roles are told in their published spelling.</summary>
    private static string Role(string word, params string[] among) => among.FirstOrDefault(role => role.Equals(word, StringComparison.OrdinalIgnoreCase))
        ?? throw new CommandException($"'{word}' is no role here; expected one of: {string.Join(", ", among).ToLowerInvariant()}");

    private static Sudi Sudi(string text) => text.LastIndexOf('/') is var at and > 0 && at < text.Length - 1
        ? new Sudi { UdiPid = text[..at], UdiSerialNumber = text[(at + 1)..] }
        : throw new CommandException($"'{text}' names no unit; expected PID/SN");
}
