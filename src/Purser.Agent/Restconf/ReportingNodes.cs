using System.Globalization;
using System.Text.Json.Nodes;
using Purser.Agent.Policy;
using Purser.Agent.Policy.Trust;
using Purser.Agent.State;
using Purser.Protocol.Usage;

namespace Purser.Agent.Restconf;

/// <summary>Of a device that is licensed by policy: its policy, its trust codes, the reports that wait to be acknowledged, the last acknowledgement.</summary>
internal static class ReportingNodes
{
    public static JsonObject Policy(PolicyState policy)
    {
        var inForce = policy.InForce;
        return ModelNode.Of(
            ("policy-type", policy.Installed is null ? "policy-type-cisco-default" : "policy-type-custom"),
            ("policy-name", inForce.Name),
            ("install-time", ModelNode.Date(policy.Installed?.At)),
            ("ack-required", inForce.AcknowledgementRequired),
            ("policy-enforced", Category(inForce.Enforced)),
            ("policy-export", Category(inForce.Export)),
            ("policy-subscription", Category(inForce.Subscription)),
            ("policy-perpetual", Category(inForce.Perpetual)));
    }

    public static JsonArray ClosedReports(DeviceState state, PolicyState policy)
    {
        var udi = ReportMaker.ActiveUdi(state);
        return ModelNode.List(
            from report in policy.Reports
            where report.Phase is ReportPhase.Closed or ReportPhase.Unacknowledged
            select ModelNode.Of(
                ("rum-report-key", string.Create(CultureInfo.InvariantCulture, $"{udi.Key},R:{report.Id}")),
                ("report-id", ModelNode.Long(report.Id)),
                ("udi", ModelNode.Udi(udi)),
                ("report-start-time", ModelNode.Date(report.StartsAt)),
                ("report-end-time", ModelNode.Date(report.EndsAt)),
                ("report-state", StateName(report.Phase))));
    }

    public static JsonObject Acknowledgement(DeviceState state, PolicyState policy) => ModelNode.Of(
        ("last-received-time", ModelNode.Date(policy.AcknowledgedAt)),
        ("next-report-deadline", ModelNode.Date(ReportingOutlook.Of(state).Deadline)));

    public static JsonArray TrustCodes(DeviceState state) => ModelNode.List(
        from udi in ModelNode.UnitsOf(state)
        let installed = TrustRules.Of(state, udi).Installed
        select ModelNode.Of(("key_udi", udi.Key), ("is-installed", installed is not null), ("time-installed", ModelNode.Date(installed?.At)), ("udi", ModelNode.Udi(udi))));

    public static string StateName(ReportPhase phase) => $"rum-report-state-{phase.ToString().ToLowerInvariant()}";

    private static JsonObject Category(CategoryPolicy category) => ModelNode.Of(
        ("reporting-first-time", category.First),
        ("reporting-ongoing", category.Ongoing),
        ("reporting-macd", category.OnChange));
}
