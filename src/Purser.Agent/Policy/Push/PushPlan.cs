using Purser.Agent.Policy.Show;
using Purser.Agent.Policy.Trust;
using Purser.Agent.State;
using Purser.Protocol.Push;

namespace Purser.Agent.Policy.Push;

/// <summary>What a device sends next, and when. Follows from the state alone. Pure.</summary>
internal static class PushPlan
{
    /// <summary>Text of the reports in one message. There it stands as a text in a text, and becomes about twice as long.</summary>
    private const int MostText = 1_500_000;

    private const int MostReports = 500;

    /// <summary>After a refusal that a person must see to, and after an answer that brought nothing, the device asks again a day later: the cause may lie with the authority.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromDays(1);

    public static bool IsOn(DeviceState state) => state.Transport.Kind is TransportKind.Smart or TransportKind.Cslu;

    /// <summary>A collector takes reports from everybody; the authority itself from whom it knows.</summary>
    public static bool MayReport(DeviceState state, DateTimeOffset now) => state.Transport.Kind == TransportKind.Cslu || (IsOn(state) && TrustRules.InForce(state, now) is not null);

    public static AwaitedAnswer? Poll(DeviceState state, DateTimeOffset now) => IsOn(state) ? state.Policy!.Push.Awaited.FirstOrDefault(one => one.NextTry <= now) : null;

    /// <summary>What is sent now; null: nothing is due.</summary>
    public static PendingPush? Message(DeviceState state, DateTimeOffset now) =>
        !IsOn(state) ? null
        : state.Policy!.Push.Pending is { } pending ? pending.NextTry <= now ? pending : null
        : CodesDue(state, now) is { } codes ? codes
        : TrustDue(state, now) <= now ? Trust(state, PushNames.TrustSync, all: true, now)
        : ReportDue(state, now) <= now ? Usage(state, now)
        : null;

    /// <summary>When the device must be woken for it; null: nothing happens of itself.</summary>
    public static DateTimeOffset? NextDue(DeviceState state, DateTimeOffset now) => !IsOn(state) ? null : state.Policy!.Push.Pending is { } pending
        ? new[] { state.Policy.Push.NextCheck, pending.NextTry }.Min()
        : CodesDue(state, now) is not null ? now
        : new[] { state.Policy.Push.NextCheck, TrustDue(state, now), ReportDue(state, now), FirstReport(state, now) }.Min();

    /// <summary>When what was used first is reported, without waiting for the end of the interval (device reference 4.3).</summary>
    public static DateTimeOffset? FirstReport(DeviceState state, DateTimeOffset now) =>
        MayReport(state, now) && state.Policy is { AcknowledgedAt: null, Push.ReportedAt: null } policy && policy.Reports.Any(static report => report.IsOpen) ? ReportingOutlook.Of(state).NextPush : null;

    /// <param name="all">Of the set; otherwise of the active unit alone.</param>
    public static PendingPush Trust(DeviceState state, string name, bool all, DateTimeOffset now) => new(PushKind.Trust, name, now)
    {
        Units = [.. TrustRules.Units(state).Take(all ? int.MaxValue : 1).Select(static udi => udi.Key)],
    };

    /// <summary>Those first that were never sent: the others may wait for their acknowledgement.</summary>
    public static PendingPush Usage(DeviceState state, DateTimeOffset now)
    {
        var length = 0;
        return new PendingPush(PushKind.Usage, PushNames.Usage, now)
        {
            Reports =
            [
                .. state.Policy!.Reports.Where(static report => report.Phase is ReportPhase.Closed or ReportPhase.Unacknowledged).OrderBy(static report => report.Phase).ThenBy(static report => report.Id)
                    .Take(MostReports).TakeWhile((report, at) => (length += report.Text!.Length) <= MostText || at == 0).Select(static report => report.Id),
            ],
        };
    }

    /// <summary>What the authority is asked or told of authorization codes; null: nothing, or not before an earlier message has its answer.</summary>
    public static PendingPush? CodesDue(DeviceState state, DateTimeOffset now)
    {
        var (push, codes) = (state.Policy!.Push, state.Policy.Codes);
        return !MayReport(state, now) || AwaitedCode(push) is not null ? null
            : codes is { ReturnCode: not null, IsReturnTold: false } ? new PendingPush(PushKind.Authorization, PushNames.Return, now)
            : codes.Asked.Count > 0 ? new PendingPush(PushKind.Authorization, PushNames.Authorization, now) { Licenses = codes.Asked }
            : codes.Installed is { } installed && installed.Code.Number != codes.ConfirmedNumber ? new PendingPush(PushKind.Authorization, PushNames.Confirmation, now)
            : null;
    }

    /// <summary>The authority may have made a code that is not here yet.</summary>
    public static bool IsCodeUnderWay(PushState push) => AwaitedCode(push) is not null || push.Pending is { Kind: PushKind.Authorization, Name: PushNames.Authorization, Attempts: > 0 };

    public static AwaitedAnswer? AwaitedCode(PushState push) => push.Awaited.FirstOrDefault(static one => one.Kind == PushKind.Authorization);

    /// <summary>Behind a collector trust comes without a token; a code that nears its end is renewed everywhere (device reference 4.5).</summary>
    private static DateTimeOffset? TrustDue(DeviceState state, DateTimeOffset now)
    {
        var push = state.Policy!.Push;
        var isWanted = TrustRules.InForce(state, now) is { } installed ? installed.RenewAt <= now : state.Transport.Kind == TransportKind.Cslu;
        return !isWanted || push.Awaited.Any(static one => one.Kind == PushKind.Trust) ? RenewAt(state, now) : push.TrustAgainAt ?? now;
    }

    private static DateTimeOffset? RenewAt(DeviceState state, DateTimeOffset now) => TrustRules.InForce(state, now) is { RenewAt: var at } && at > now ? at : null;

    private static DateTimeOffset? ReportDue(DeviceState state, DateTimeOffset now)
    {
        var policy = state.Policy!;
        return !MayReport(state, now) ? null
            : policy.Reports.Any(static report => report.Phase == ReportPhase.Closed) ? policy.Push.ReportAgainAt ?? now
            : policy.Reports.Any(static report => report.Phase == ReportPhase.Unacknowledged) ? policy.Push.ReportAgainAt
            : null;
    }
}
