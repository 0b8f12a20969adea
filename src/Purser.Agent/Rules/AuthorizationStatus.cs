using Purser.Agent.State;
using Purser.Protocol;

namespace Purser.Agent.Rules;

/// <summary>Of the whole device (device reference 2.2).</summary>
public enum AuthorizationStatus
{
    None,
    Evaluation,
    EvaluationExpired,
    Waiting,
    Authorized,
    Reserved,
    NotAuthorized,
    OutOfCompliance,
    Expired,
}

/// <summary>Follows from the state and the time alone, so no timer can be missed.</summary>
public static class AuthorizationStatuses
{
    public static AuthorizationStatus StatusAt(this DeviceState state, DateTimeOffset now)
    {
        if (state.IsReserved())
        {
            return state.Entitlements.All(use => ReservedCover.Problem(state, use, now) is null) ? AuthorizationStatus.Reserved : AuthorizationStatus.NotAuthorized;
        }

        if (!state.HasLicensesInUse)
        {
            return AuthorizationStatus.None;
        }

        if (state.Registration.Identity is null)
        {
            return state.Evaluation.RemainingAt(now) > TimeSpan.Zero ? AuthorizationStatus.Evaluation : AuthorizationStatus.EvaluationExpired;
        }

        var authorization = state.Authorization;
        // The authority keeps the licenses in use for a detached device, which cannot ask (domain rules 7.9).
        if (authorization.Deadline is { } deadline && now >= deadline && state.Registration.Detached is null)
        {
            return AuthorizationStatus.Expired;
        }

        if (authorization.Since is null)
        {
            return AuthorizationStatus.Waiting;
        }

        return authorization.InCompliance ? AuthorizationStatus.Authorized : AuthorizationStatus.OutOfCompliance;
    }

    /// <summary>Since when, for the words "on …".</summary>
    public static DateTimeOffset? SinceAt(this DeviceState state, DateTimeOffset now) => state.StatusAt(now) switch
    {
        AuthorizationStatus.Authorized or AuthorizationStatus.OutOfCompliance => state.Authorization.Since,
        AuthorizationStatus.Reserved => state.ActiveUnit().Installed!.At,
        AuthorizationStatus.NotAuthorized => state.Entitlements.Where(static use => use.Status == EntitlementStatus.NotAuthorized).Max(static use => use.StatusAt),
        AuthorizationStatus.Expired => state.Authorization.Deadline,
        AuthorizationStatus.EvaluationExpired => state.Evaluation.ExpiredAt ?? now,
        _ => null,
    };
}
