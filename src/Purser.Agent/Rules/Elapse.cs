using Purser.Agent.State;

namespace Purser.Agent.Rules;

/// <summary>What time alone does to a device, and when it will do it next.</summary>
public static class Elapse
{
    /// <summary>A clock before the certificate's beginning is borne this long (device reference 2.5).</summary>
    public static readonly TimeSpan ClockGrace = TimeSpan.FromHours(1);

    public static AgentEvent? Due(DeviceState state, DateTimeOffset now)
    {
        if (state.Registration.Identity is not { } identity)
        {
            return null;
        }

        if (now >= identity.ExpiresAt)
        {
            return new CertificateEnded();
        }

        if (state.Registration.Detached is { } detached && now >= detached.Until)
        {
            return new DetachedModeEnded();
        }

        var since = state.Registration.OutOfRangeSince;
        if (now >= identity.NotBefore)
        {
            return since is null ? null : new ClockWithinCertificate();
        }

        if (since is null || now < since)
        {
            return new ClockBeforeCertificate();
        }

        return now - since >= ClockGrace ? new ClockGraceOver() : null;
    }

    /// <summary>When the agent must be woken; null when nothing will happen by itself.</summary>
    public static DateTimeOffset? NextDue(DeviceState state, DateTimeOffset now)
    {
        if (state.Registration.Identity is not { } identity)
        {
            return state.Pending is { NextTry: var retry } && ReservedCover.NextChange(state, now) is { } term
                ? Earlier(retry, term)
                : state.Pending?.NextTry ?? ReservedCover.NextChange(state, now);
        }

        var next = identity.ExpiresAt;
        if (state.Registration.OutOfRangeSince is { } since)
        {
            next = Earlier(next, since + ClockGrace);
        }

        if (state.Registration.Detached is { } detached)
        {
            next = Earlier(next, detached.Until);
            return state.Pending is { } waiting ? Earlier(next, waiting.NextTry) : next;
        }

        if (state.Transport.Kind == TransportKind.Off)
        {
            return next;
        }

        if (state.Pending is { } pending)
        {
            return Earlier(next, pending.NextTry);
        }

        next = Earlier(next, identity.RenewAt);
        return Earlier(next, state.Authorization.Stale ? now : state.Authorization.NextAt ?? now);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
