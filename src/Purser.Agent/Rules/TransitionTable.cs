using System.Collections.Frozen;
using Purser.Agent.State;
using static Purser.Agent.State.RegistrationStatus;

namespace Purser.Agent.Rules;

/// <summary>The state machine of classic licensing (device reference 2.4). A pair that is not here cannot happen: the event is refused.</summary>
public static class TransitionTable
{
    private static readonly FrozenDictionary<(RegistrationStatus From, Type Event), Row> Rows = Build();

    /// <summary>Null when the event means nothing in this state.</summary>
    public static DeviceState? Apply(DeviceState state, AgentEvent what, DateTimeOffset now)
    {
        if (!Rows.TryGetValue((state.Registration.Status, what.GetType()), out var row))
        {
            return null;
        }

        var next = row.Act(state, what, now);
        next = next with { Registration = next.Registration with { Status = row.To } };

        return next with { Evaluation = next.Evaluation.Advance(now, running: next.RunsEvaluation()) };
    }

    private static FrozenDictionary<(RegistrationStatus, Type), Row> Build()
    {
        RegistrationStatus[] unregistered = [Unregistered, Failed, Expired];
        RegistrationStatus[] registering = [InProgress, Retry];
        Row[] rows =
        [
            .. Rule<RegisterAsked>([.. unregistered, .. registering], InProgress, static (state, _, _) => state),
            .. Rule<RegistrationAccepted>(registering, Registered, Transitions.Adopt),
            .. Rule<RegistrationDeferred>(registering, Retry, Transitions.NoteRegistrationFailure),
            .. Rule<RegistrationRefused>(registering, Failed, Transitions.NoteRegistrationFailure),

            // A forced registration keeps the old identity until there is a new one.
            .. Rule<RegisterAsked>([Registered], Registered, static (state, _, _) => state),
            .. Rule<RegistrationAccepted>([Registered], Registered, Transitions.Adopt),
            .. Rule<RegistrationDeferred>([Registered], Registered, static (state, _, _) => state),
            .. Rule<RegistrationRefused>([Registered], Registered, static (state, _, _) => state),

            .. Rule<RenewalAccepted>([Registered], Registered, Transitions.AdoptRenewal),
            .. Rule<RenewalFailed>([Registered], Registered, Transitions.NoteRenewalFailure),
            .. Rule<AuthorizationAnswered>([Registered], Registered, Transitions.AdoptAuthorization),
            .. Rule<AuthorizationFailed>([Registered], Registered, Transitions.NoteAuthorizationFailure),
            .. Rule<EntitlementsChanged>([Registered], Registered, Transitions.ChangeEntitlements),
            .. Rule<DetachAccepted>([Registered], Registered, Transitions.Detach),
            .. Rule<DetachedModeEnded>([Registered], Registered, Transitions.Reattach),
            .. Rule<Deregistered>([Registered], Unregistered, Transitions.DropIdentity),
            .. Rule<IdentityRejected>([Registered], Unregistered, Transitions.DropRejectedIdentity),
            .. Rule<CertificateEnded>([Registered], Expired, Transitions.DropIdentity),
            .. Rule<ClockBeforeCertificate>([Registered], Registered, Transitions.StartClockGrace),
            .. Rule<ClockWithinCertificate>([Registered], Registered, Transitions.EndClockGrace),
            .. Rule<ClockGraceOver>([Registered], Unregistered, Transitions.DropIdentity),

            .. unregistered.SelectMany(static from => Rule<EntitlementsChanged>([from], from, Transitions.ChangeEntitlements)),
            .. registering.SelectMany(static from => Rule<EntitlementsChanged>([from], from, Transitions.ChangeEntitlements)),
            .. Rule<Deregistered>([.. registering, Failed], Unregistered, Transitions.DropIdentity),
        ];
        return rows.ToFrozenDictionary(static row => (row.From, row.Event));
    }

    private static IEnumerable<Row> Rule<T>(RegistrationStatus[] from, RegistrationStatus to, Func<DeviceState, T, DateTimeOffset, DeviceState> act)
        where T : AgentEvent =>
        from.Select(one => new Row(one, typeof(T), to, (state, what, now) => act(state, (T)what, now)));

    private sealed record Row(RegistrationStatus From, Type Event, RegistrationStatus To, Func<DeviceState, AgentEvent, DateTimeOffset, DeviceState> Act);
}
