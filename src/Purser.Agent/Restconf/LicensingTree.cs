using System.Text.Json.Nodes;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol;

namespace Purser.Agent.Restconf;

/// <summary>
/// The device as the published model cisco-smart-license (revision 2021-03-01) shows it: each leaf is of the state, each container is there
/// in its own state only (device reference 6, appendix A). Pure.
/// </summary>
public static class LicensingTree
{
    public const string Module = "cisco-smart-license";

    /// <summary>The content of <c>cisco-smart-license:licensing</c>.</summary>
    public static JsonObject Of(DeviceState state, DateTimeOffset now) => ModelNode.Of(
        ("config", Config(state)),
        ("state", ModelNode.Of(
            ("always-enabled", true),
            ("smart-enabled", true),
            ("version", ShowLicense.AgentVersion),
            ("state-info", Info(state, now)))));

    private static JsonObject Config(DeviceState state) => ModelNode.Of(
        ("enable", true),
        ("privacy", Privacy()),
        ("utility", ModelNode.Of(("utility-enable", false))),
        ("usage", state.Policy is { } policy ? ModelNode.Of(("interval", policy.IntervalDays)) : null),
        ("transport", ModelNode.Of(
            ("transport-type", TransportType(state.Transport.Kind)),
            ("transport-smart", state.Transport is { Kind: TransportKind.Smart, SmartUrl: { } url }
                ? ModelNode.Of(("urls", ModelNode.Of(("url-registration", url))))
                : null),
            ("transport-cslu", state.Transport is { Kind: TransportKind.Cslu, CsluUrl: { } collector } ? ModelNode.Of(("url-cslu", collector)) : null))));

    private static JsonObject Info(DeviceState state, DateTimeOffset now)
    {
        var info = ModelNode.Of(
            ("registration", RegistrationNodes.Registration(state)),
            ("authorization", AuthorizationNodes.Authorization(state, now)),
            ("utility", ModelNode.Of(("enabled", false), ("reporting", "utility-reporting-type-none"))),
            ("transport", Transport(state.Transport)),
            ("privacy", Privacy()),
            ("evaluation", AuthorizationNodes.Evaluation(state, now)),
            ("udi", ModelNode.Udi(new Udi(state.Device.Pid, state.Device.Sn, state.Device.Uuid), state.Device.Vid)),
            ("usage", AuthorizationNodes.Usage(state, now)),
            ("conversion", Units(state, static _ => ("status", "conversion-status-not-supported"))),
            ("imported-authorizations", ImportedNodes.Authorizations(state)));
        if (state.Policy is { } policy)
        {
            info.Add("policy", ReportingNodes.Policy(policy));
            info.Add("trust-code", ReportingNodes.TrustCodes(state));
            info.Add("rum-reports-closed-keys", ReportingNodes.ClosedReports(state, policy));
            info.Add("rum-ack", ReportingNodes.Acknowledgement(state, policy));
        }

        return info;
    }

    private static JsonArray Units(DeviceState state, Func<Udi, (string, JsonNode?)> leaf) =>
        ModelNode.List(ModelNode.UnitsOf(state).Select(udi => ModelNode.Of(("key_udi", udi.Key), leaf(udi), ("udi", ModelNode.Udi(udi)))));

    /// <summary>The host name and the version are sent (device reference 5.3).</summary>
    private static JsonObject Privacy() => ModelNode.Of(("hostname", false), ("version", false));

    private static JsonObject Transport(TransportSettings transport) => ModelNode.Of(
        ("transport-type", TransportType(transport.Kind)),
        ("url-settings", transport is { Kind: TransportKind.Smart, SmartUrl: { } url } ? ModelNode.Of(("url-registration", url)) : null));

    private static string TransportType(TransportKind kind) => kind switch
    {
        TransportKind.Smart => "transport-type-smart",
        TransportKind.CallHome => "transport-type-callhome",
        TransportKind.Cslu => "transport-type-cslu",
        _ => "transport-type-off",
    };
}
