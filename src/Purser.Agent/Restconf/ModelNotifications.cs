using System.Text.Json.Nodes;
using Purser.Agent.Rules;
using Purser.Agent.State;

namespace Purser.Agent.Restconf;

/// <summary>A notification of the model.</summary>
/// <param name="Name">Without the module.</param>
public sealed record ModelNotification(DateTimeOffset At, string Name, JsonObject Content)
{
    /// <summary>As RFC 8040 wraps it (6.4).</summary>
    public JsonObject Wrapped() => new()
    {
        ["ietf-restconf:notification"] = ModelNode.Of(("eventTime", ModelNode.Date(At)), ($"{LicensingTree.Module}:{Name}", Content.DeepClone())),
    };
}

/// <summary>
/// Which notifications a step sends: read off the two states, so whoever made the step cannot forget one, and steps of other programs count.
/// Those of utility billing are never sent: this device has none. Pure.
/// </summary>
public static class ModelNotifications
{
    private const string NoReply = "NO REPLY";

    public static IReadOnlyList<ModelNotification> Between(DeviceState before, DeviceState after, DateTimeOffset now)
    {
        List<ModelNotification> sent = [.. Notices.Between(before, after, now).Select(notice => Of(notice, after, now)).OfType<ModelNotification>()];
        if (IsCutOff(after) != IsCutOff(before))
        {
            sent.Add(IsCutOff(after)
                ? new ModelNotification(now, "communications-fail", Failure(Newest(after)?.FailureReason))
                : new ModelNotification(now, "communications-restored", []));
        }

        if (AuthorizationNodes.StateName(after, now) is { } mode && mode != AuthorizationNodes.StateName(before, now))
        {
            sent.Add(new ModelNotification(now, "enforcement-mode", ModelNode.Of(("mode", mode))));
        }

        return sent;
    }

    private static ModelNotification? Of(AgentNotice notice, DeviceState state, DateTimeOffset now)
    {
        var named = notice.Name switch
        {
            "AGENT_REG_SUCCESS" => ("registration-success", []),
            "AGENT_REG_FAILED" => ("registration-fail", Failure(state.Registration.Initial?.Failure)),
            "ID_CERT_RENEW_SUCCESS" => ("registration-renew-success", []),
            "ID_CERT_RENEW_FAILED" => ("registration-renew-fail", Failure(state.Registration.LastRenewal?.Failure)),
            "ID_CERT_EXPIRED" => ("registration-expired", Failure(notice.Text)),
            "ID_CERT_OUT_OF_RANGE" => ("registration-out-of-range", []),
            "AGENT_DEREG_SUCCESS" => ("de-register-success", []),
            "AUTH_RENEW_SUCCESS" => ("authorization-renew-success", []),
            "AUTH_RENEW_FAILED" => ("authorization-renew-fail", Failure(state.Authorization.LastAttempt?.Failure)),
            "EVAL_WILL_EXPIRE_WARNING" => ("evaluation-expiration-warning", ModelNode.Of(("seconds-left", ModelNode.Seconds(state.Evaluation.RemainingAt(now))))),
            "EVAL_EXPIRED" => ("evaluation-expired", ModelNode.Of(("expire-time", ModelNode.Date(state.Evaluation.ExpiredAt)))),
            _ => ((string Name, JsonObject Content)?)null,
        };
        return named is { } found ? new ModelNotification(now, found.Name, found.Content) : null;
    }

    private static JsonObject Failure(string? message) => ModelNode.Of(("reason", "general-failure"), ("message", ModelNode.Message(message)));

    private static bool IsCutOff(DeviceState state) => Newest(state) is { OngoingFailure: > 0, LastResponse: NoReply };

    /// <summary>What was noted last stands last.</summary>
    private static CallStatistics? Newest(DeviceState state) => state.Statistics.Count > 0 ? state.Statistics[^1] : null;
}
