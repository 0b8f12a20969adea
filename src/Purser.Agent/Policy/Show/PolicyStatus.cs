using System.Globalization;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Usage;

namespace Purser.Agent.Policy.Show;

/// <summary>The sections of the status page (device reference 5.3 and 5.4).</summary>
internal static class PolicyStatus
{
    private const int FirstReportState = 2;
    private const int OngoingState = 4;

    public static void Conversion(ShowText text) => text
        .Line("License Conversion:")
        .Line("  Automatic Conversion Enabled: False")
        .Line("  Last Data Push: <none>")
        .Line("  Last File Export: <none>")
        .Line()
        .Line("Export Authorization Key:")
        .Line("  Features Authorized:")
        .Line("    <none>");

    public static void Utility(ShowText text) => text.Line("Utility:").Line("  Status: DISABLED");

    /// <summary>From the mode to the transport, with a blank line behind each.</summary>
    public static void Head(ShowText text, DeviceState state) => text
        .Line("Smart Licensing Using Policy:")
        .Line("  Status: ENABLED")
        .Line("  Reporting Mode: STANDARD")
        .Line()
        .Append(section => Account(section, state.Policy!))
        .Line()
        .Line("Data Privacy:")
        .Line("  Sending Hostname: yes")
        .Line("    Callhome hostname privacy: DISABLED")
        .Line("    Smart Licensing hostname privacy: DISABLED")
        .Line("  Version privacy: DISABLED")
        .Line()
        .Append(section => StatusSections.Transport(section, state.Transport))
        .Line();

    public static void Account(ShowText text, PolicyState policy) => text
        .Line("Account Information:")
        .Line($"  Smart Account: {(policy.Account is { } account ? $"{account.SmartAccount} As of {ShowText.Date(account.At)}" : "<none>")}")
        .Line($"  Virtual Account: {policy.Account?.VirtualAccount ?? "<none>"}");

    public static void Miscellaneous(ShowText text) => text.Line("Miscellaneous:").Line("  Custom Id: <empty>");

    /// <param name="whole">For tech support: with the state of reporting and the policy's number.</param>
    public static void Reporting(ShowText text, DeviceState state, bool whole)
    {
        var policy = state.Policy!;
        var outlook = ReportingOutlook.Of(state);
        var reporting = ReportingOutlook.ReportingOf(policy);
        var number = ReportingDeadlines.PushInterval(policy.InForce, reporting, int.MaxValue);
        var detail = whole ? string.Create(CultureInfo.InvariantCulture, $" State({(policy.AcknowledgedAt is null ? FirstReportState : OngoingState)}) InPolicy({number})") : "";
        text.Line("Usage Reporting:")
            .Line($"  Last ACK received: {ShowText.Date(policy.AcknowledgedAt, "<none>")}")
            .Line($"  Next ACK deadline: {ShowText.Date(outlook.Deadline, "<none>")}")
            .Line(outlook.IntervalDays == 0 ? "  Reporting push interval: 0 (no reporting)" : string.Create(CultureInfo.InvariantCulture, $"  Reporting push interval: {outlook.IntervalDays}  days{detail}"))
            .Line($"  Next ACK push check: {ShowText.Date(policy.Push.NextCheck, "<none>")}")
            .Line($"  Next report push: {ShowText.Date(outlook.NextPush, "<none>")}")
            .Line($"  Last report push: {ShowText.Date(policy.Push.ReportedAt, "<none>")}")
            .Line($"  Last report file write: {ShowText.Date(policy.FileWrittenAt, "<none>")}");
    }

    public static IEnumerable<(string Role, Udi Udi)> UnitsOf(DeviceState state) => state.HighAvailability is { } set
        ? set.Units.Select(static unit => (unit.Role, unit.Sudi.ToUdi()))
        : [(Protocol.Wire.HaRole.Active, ShowLicense.UdiOf(state))];
}
