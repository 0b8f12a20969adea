using System.Text.Json.Nodes;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;

namespace Purser.Agent.Restconf;

/// <summary>Authorization, evaluation and the licenses in use (device reference 2.2 and 2.3).</summary>
internal static class AuthorizationNodes
{
    /// <summary>The model's name of the state; null for a device licensed by policy, which has none ("Not Applicable").</summary>
    public static string? StateName(DeviceState state, DateTimeOffset now) => Phase(state, now) is { } phase ? $"auth-state-{phase}" : null;

    public static JsonObject Authorization(DeviceState state, DateTimeOffset now)
    {
        var authorization = ModelNode.Of(("authorization-state", StateName(state, now)));
        if (Phase(state, now) is { } phase)
        {
            authorization.Add($"authorization-{phase}", Content(state, phase, now));
        }

        return authorization;
    }

    public static JsonObject Evaluation(DeviceState state, DateTimeOffset now)
    {
        var left = state.Evaluation.RemainingAt(now);
        var expired = left == TimeSpan.Zero;
        return ModelNode.Of(
            ("eval-in-use", state.Policy is null && state.RunsEvaluation()),
            ("eval-expired", expired),
            ("eval-period-left", expired ? null : ModelNode.Of(("time-left", (uint)left.TotalSeconds))),
            ("eval-expire-time", expired ? ModelNode.Of(("expire-time", ModelNode.Date(state.Evaluation.ExpiredAt ?? now))) : null));
    }

    public static JsonArray Usage(DeviceState state, DateTimeOffset now) => ModelNode.List(
        from use in state.Entitlements
        where use.Count > 0
        select ModelNode.Of(
            ("entitlement-tag", use.Tag ?? use.Requested),
            ("short-name", ModelNode.Text(use.ShortName)),
            ("license-name", ModelNode.Text(use.DisplayName)),
            ("description", ModelNode.Text(use.Description)),
            ("count", use.Count),
            ("enforcement-mode", Mode(state, use, now)),
            ("post-paid", false)));

    /// <summary>
    /// The model's evaluation lasts until registration and authorization are both answered. A reservation that does not cover what is in use
    /// has no state of its own; it is out of compliance.
    /// </summary>
    private static string? Phase(DeviceState state, DateTimeOffset now) => state.Policy is not null ? null : state.StatusAt(now) switch
    {
        AuthorizationStatus.Evaluation => "eval",
        AuthorizationStatus.EvaluationExpired => "eval-expired",
        AuthorizationStatus.Waiting => state.Evaluation.RemainingAt(now) > TimeSpan.Zero ? "eval" : "eval-expired",
        AuthorizationStatus.Authorized => "authorized",
        AuthorizationStatus.Reserved => "authorized-reservation",
        AuthorizationStatus.NotAuthorized or AuthorizationStatus.OutOfCompliance => "out-of-compliance",
        AuthorizationStatus.Expired => "authorization-expired",
        _ => "none",
    };

    private static JsonObject Content(DeviceState state, string phase, DateTimeOffset now) => phase switch
    {
        "eval" => ModelNode.Of(("seconds-left", ModelNode.Seconds(state.Evaluation.RemainingAt(now)))),
        "eval-expired" => ModelNode.Of(("expire-time", ModelNode.Date(state.Evaluation.ExpiredAt ?? now))),
        "authorized-reservation" => ModelNode.Of(("reservation-time", ModelNode.Date(state.SinceAt(now)))),
        "authorized" or "authorization-expired" => Communication(state.Authorization),
        "out-of-compliance" => OutOfCompliance(state, now),
        _ => [],
    };

    private static JsonObject OutOfCompliance(DeviceState state, DateTimeOffset now)
    {
        var content = Communication(state.Authorization);
        if (ModelNode.Date(state.SinceAt(now)) is { } since)
        {
            content.Add("ooc-time", since);
        }

        return content;
    }

    private static JsonObject Communication(Authorization authorization) => ModelNode.Of(
        ("last-comm-status-success", authorization.LastAttempt is { } attempt ? attempt.Succeeded : null),
        ("fail-message", ModelNode.Message(authorization.LastAttempt?.Failure)),
        ("last-comm-time", ModelNode.Date(authorization.LastAttempt?.At)),
        ("next-comm-time", ModelNode.Date(authorization.NextAt)),
        ("comm-deadline-time", ModelNode.Date(authorization.Deadline)));

    private static string? Mode(DeviceState state, EntitlementUse use, DateTimeOffset now) => state.Policy is not null ? null : state.StatusAt(now) switch
    {
        AuthorizationStatus.Evaluation => "enforcement-evaluation",
        AuthorizationStatus.EvaluationExpired => "enforcement-evaluation-expired",
        AuthorizationStatus.Expired => "enforcement-authorization-expired",
        AuthorizationStatus.Reserved or AuthorizationStatus.NotAuthorized =>
            ReservedCover.Problem(state, use, now) is null ? "enforcement-reservation-in-compliance" : "enforcement-out-of-compliance",
        _ => use.Status switch
        {
            EntitlementStatus.InCompliance => "enforcement-in-compliance",
            EntitlementStatus.OutOfCompliance or EntitlementStatus.NotAuthorized => "enforcement-out-of-compliance",
            EntitlementStatus.InvalidTag => "enforcement-invalid-tag",
            _ => "enforcement-waiting",
        },
    };
}
