using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Agent.Rules;

/// <summary>What the rows of the table do; the next registration status is the table's own business.</summary>
internal static class Transitions
{
    /// <summary>Whoever goes online gives its reservation up; the authority frees the licenses where they lie (domain rules 8.9).</summary>
    public static DeviceState Adopt(DeviceState state, RegistrationAccepted accepted, DateTimeOffset now) => ReservationRules.GiveUp(state) with
    {
        Registration = new Registration { Identity = accepted.Identity, Initial = new Attempt(accepted.Identity.RegisteredAt) },
        Trust = state.Trust with { Root = accepted.Root },
        Authorization = new Authorization { Stale = true },
    };

    public static DeviceState NoteRegistrationFailure(DeviceState state, RegistrationDeferred deferred, DateTimeOffset now) =>
        state with { Registration = state.Registration with { Initial = new Attempt(now, deferred.Reason) } };

    public static DeviceState NoteRegistrationFailure(DeviceState state, RegistrationRefused refused, DateTimeOffset now) =>
        state with { Registration = state.Registration with { Initial = new Attempt(now, refused.Reason) } };

    public static DeviceState AdoptRenewal(DeviceState state, RenewalAccepted accepted, DateTimeOffset now) => state with
    {
        Registration = state.Registration with { Identity = accepted.Identity, LastRenewal = new Attempt(accepted.Identity.IssuedAt), OutOfRangeSince = null },
    };

    public static DeviceState NoteRenewalFailure(DeviceState state, RenewalFailed failed, DateTimeOffset now) => state with
    {
        Registration = state.Registration with
        {
            LastRenewal = new Attempt(now, failed.Reason),
            Identity = state.Registration.Identity! with { RenewAt = failed.NextTry },
        },
    };

    public static DeviceState AdoptAuthorization(DeviceState state, AuthorizationAnswered answered, DateTimeOffset now)
    {
        var reply = answered.Reply;
        var at = DateTimeOffset.FromUnixTimeSeconds(reply.AuthorizedAt);
        var uses = EntitlementList.Merged(
            state.Entitlements.Select(use => WithAnswer(use, reply, at)).Where(static use => use.Tag is not null || use.Status != EntitlementStatus.InvalidTag),
            out var merged);
        return state with
        {
            Entitlements = uses,
            Registration = state.Registration with
            {
                Identity = state.Registration.Identity! with { SmartAccount = reply.SmartAccount, VirtualAccount = reply.VirtualAccount },
            },
            Authorization = new Authorization
            {
                InCompliance = reply.InCompliance,
                Since = at,
                LastAttempt = new Attempt(at),
                NextAt = DateTimeOffset.FromUnixTimeSeconds(reply.NextAt),
                Deadline = DateTimeOffset.FromUnixTimeSeconds(reply.DeadlineAt),
                Stale = state.Authorization.Stale || merged,
            },
        };
    }

    public static DeviceState NoteAuthorizationFailure(DeviceState state, AuthorizationFailed failed, DateTimeOffset now) => state with
    {
        Authorization = state.Authorization with { LastAttempt = new Attempt(now, failed.Reason), NextAt = failed.NextTry },
    };

    public static DeviceState ChangeEntitlements(DeviceState state, EntitlementsChanged changed, DateTimeOffset now) => state with
    {
        Entitlements = changed.Entitlements,
        Authorization = state.Authorization with { Stale = state.Registration.Identity is not null },
    };

    public static DeviceState Detach(DeviceState state, DetachAccepted accepted, DateTimeOffset now) =>
        state with { Registration = state.Registration with { Detached = new Detachment(accepted.Since, accepted.Until) } };

    /// <summary>What changed meanwhile is told at once.</summary>
    public static DeviceState Reattach(DeviceState state, DetachedModeEnded ended, DateTimeOffset now) => state with
    {
        Registration = state.Registration with { Detached = null },
        Authorization = state.Authorization with { Stale = true },
    };

    public static DeviceState DropIdentity(DeviceState state, AgentEvent what, DateTimeOffset now) => state with
    {
        Registration = new Registration(),
        Authorization = new Authorization(),
        Pending = null,
        Trust = state.Trust.Pinned || NeedsRoot(state) ? state.Trust : new TrustAnchor(),
        Entitlements = ReservedCover.Forget(state.Entitlements),
    };

    /// <summary>An authorization that is awaited, and the updates of an installed one, are judged by the root that a registration brought.</summary>
    private static bool NeedsRoot(DeviceState state) => state.IsReserved() || state.UnitsOf().Any(static one => one.Unit.Request is not null);

    public static DeviceState DropRejectedIdentity(DeviceState state, IdentityRejected rejected, DateTimeOffset now)
    {
        var dropped = DropIdentity(state, rejected, now);
        return dropped with { Registration = dropped.Registration with { Initial = new Attempt(now, rejected.Reason) } };
    }

    public static DeviceState StartClockGrace(DeviceState state, ClockBeforeCertificate what, DateTimeOffset now) => state with
    {
        Registration = state.Registration with { OutOfRangeSince = now },

        // Asking at once brings the authority's time, if it can be reached.
        Authorization = state.Authorization with { Stale = true },
    };

    public static DeviceState EndClockGrace(DeviceState state, ClockWithinCertificate what, DateTimeOffset now) =>
        state with { Registration = state.Registration with { OutOfRangeSince = null } };

    private static EntitlementUse WithAnswer(EntitlementUse use, AuthorizationReply reply, DateTimeOffset at)
    {
        var answer = reply.Entitlements.FirstOrDefault(one => use.Tag is null ? one.Name == use.Requested : one.Tag == use.Tag);
        return answer is null
            ? use
            : use with
            {
                Tag = answer.Tag ?? use.Tag,
                Status = answer.Status,
                StatusAt = at,
                DisplayName = answer.DisplayName,
                Description = answer.Description,
                Version = answer.Version,
                ExportRestricted = answer.ExportRestricted,
                Enforcement = answer.Enforcement,
                Reason = answer.Reason,
            };
    }
}
