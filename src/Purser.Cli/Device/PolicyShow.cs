using System.Globalization;
using Purser.Agent.Policy;
using Purser.Agent.Policy.Show;
using Purser.Agent.State;

namespace Purser.Cli.Device;

/// <summary>The pages that only a device has that is licensed by policy (device reference 4.7).</summary>
internal static class PolicyShow
{
    public const string Help = "authorization | rum id all|ID [detail] | rum feature all|NAME | history message | eventlog [DAYS]";

    /// <param name="words">After <c>show license</c>, in lower case.</param>
    /// <returns>Null where it is none of these pages.</returns>
    public static string? Page(string[] words, DeviceState state, DateTimeOffset now) => words is not (["authorization"] or ["rum" or "history" or "eventlog", ..]) ? null
        : state.Policy is not { } policy ? throw new CommandException("this device is not licensed by policy, so it has no such page; 'init --policy' makes one that is")
        : words switch
        {
            ["authorization"] => PolicyPages.Authorization(state),
            ["rum", "id", "all"] => ReportPages.Table(policy.Reports),
            ["rum", "id", "all", "detail"] => ReportPages.Details(state, policy.Reports),
            ["rum", "id", var id] => ReportPages.Table([Report(policy, id)]),
            ["rum", "id", var id, "detail"] => ReportPages.Details(state, [Report(policy, id)]),
            ["rum", "feature"] or ["rum", "feature", "all"] => ReportPages.Table(policy.Reports.OrderBy(report => report.Feature, StringComparer.Ordinal).ThenBy(report => report.Id)),
            ["rum", "feature", var name] => ReportPages.Table(policy.Reports.Where(report => report.Feature.Equals(name, StringComparison.OrdinalIgnoreCase))),
            ["history", "message"] => LogPages.History(policy),
            ["eventlog"] => LogPages.Events(policy, null),
            ["eventlog", var days] => LogPages.Events(policy, now.AddDays(-PolicyCommands.Number(days, "days", 3650))),
            _ => null,
        };

    private static ReportRecord Report(PolicyState policy, string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && policy.Reports.FirstOrDefault(report => report.Id == id) is { } report
            ? report
            : throw new CommandException($"there is no usage report '{text}' on this device; 'show license rum id all' lists what there is");
}
