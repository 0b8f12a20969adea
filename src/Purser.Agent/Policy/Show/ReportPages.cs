using System.Globalization;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol.Usage;

namespace Purser.Agent.Policy.Show;

/// <summary>"show license rum …": the usage reports of this device (device reference 5.6 to 5.8).</summary>
public static class ReportPages
{
    private static readonly string Rule = new('=', 36);

    public static string Table(IEnumerable<ReportRecord> reports)
    {
        var text = new ShowText().Line("Smart Licensing Usage Report:").Line(Rule).Line("Report Id,          State,    Flag, Feature Name");
        foreach (var report in reports)
        {
            text.Line(string.Create(CultureInfo.InvariantCulture, $"{report.Id,-20}{ReportWords.State(report),-10}{"N",-6}{report.Feature}"));
        }

        return text.ToString();
    }

    public static string Details(DeviceState state, IEnumerable<ReportRecord> reports)
    {
        var text = new ShowText().Line("Smart Licensing Usage Report Detail:").Line(Rule);
        foreach (var (index, report) in reports.Index())
        {
            text.Append(section => { if (index > 0) { section.Line(); } }).Append(section => Detail(section, state, report));
        }

        return text.ToString();
    }

    /// <param name="whole">For tech support: with what lies in storage.</param>
    internal static void Summary(ShowText text, PolicyState policy, bool whole)
    {
        int Count(ReportPhase phase) => policy.Reports.Count(report => report.Phase == phase);
        var total = policy.Reports.Count + policy.Purged;
        var waiting = Count(ReportPhase.Unacknowledged);
        var (available, open) = (Count(ReportPhase.Closed) + Count(ReportPhase.Open), Count(ReportPhase.Open));
        text.Title("Usage Report Summary:")
            .Line(string.Create(CultureInfo.InvariantCulture, $"Total: {total},  Purged: {policy.Purged}{(whole ? "(0)" : "")}"))
            .Line(string.Create(CultureInfo.InvariantCulture, $"Total Acknowledged Received: {Count(ReportPhase.Acknowledged) + policy.Purged},  Waiting for Ack: {(whole ? $"0({waiting})" : waiting)}"))
            .Line(string.Create(CultureInfo.InvariantCulture, $"Available to Report: {available}  Collecting Data: {open}"));
        if (whole)
        {
            text.Line(string.Create(CultureInfo.InvariantCulture, $"Maximum Display: {policy.Reports.Count}  In Storage: {policy.Reports.Count - open},  MIA: 0(0)"))
                .Line("Report Module Status: Ready");
        }
    }

    private static void Detail(ShowText text, DeviceState state, ReportRecord report)
    {
        var same = state.Policy!.Reports.Where(other => other.Tag == report.Tag).Select(static other => other.Id).ToList();
        var at = same.IndexOf(report.Id);
        text.Line(string.Create(CultureInfo.InvariantCulture, $"Report Id: {report.Id}"))
            .Line($"  Metric Name: {Measurement.Metric}")
            .Line($"  Feature Name: {report.Feature}")
            .Line($"  Metric Value: {report.Tag}")
            .Line($"  UDI: {ReportMaker.ActiveUdi(state).Display}")
            .Line(string.Create(CultureInfo.InvariantCulture, $"  Previous Report Id: {same.ElementAtOrDefault(at - 1)},    Next Report Id: {same.ElementAtOrDefault(at + 1)}"))
            .Line($"  State: {ReportWords.State(report)},      State Change Reason: {report.Reason ?? "None"}")
            .Line($"  Start Time: {ShowText.Date(report.StartsAt)},      End Time: {ShowText.Date(report.EndsAt)}")
            .Line("  Storage State: EXIST")
            .Line("  Transaction ID: 0")
            .Line("  Transaction Message: <none>");
    }
}
