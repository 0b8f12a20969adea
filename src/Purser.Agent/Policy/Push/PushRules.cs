using Purser.Agent.State;
using Purser.Protocol.Push;

namespace Purser.Agent.Policy.Push;

/// <summary>What an answer, or none, does to a device. Pure.</summary>
internal static class PushRules
{
    private const int KeptMessages = 50;
    private const string NoReply = "NO REPLY";

    /// <summary>What it carried has arrived: it is not sent again unless nobody acknowledges it.</summary>
    public static DeviceState Taken(DeviceState state, PendingPush sent, string status, DateTimeOffset now)
    {
        var handed = Noted(state with { Policy = DevicePolicy.Handed(state.Policy!, sent.Reports.ToHashSet()) }, sent.Name, status, null, now);
        return With(handed, push => push with
        {
            Pending = null,
            Awaited = Without(push, sent.Kind),
            ReportedAt = sent.Kind == PushKind.Usage ? now : push.ReportedAt,
            ReportAgainAt = sent.Kind == PushKind.Usage ? null : push.ReportAgainAt,
            TrustAgainAt = sent.Kind == PushKind.Trust ? now + PushPlan.Again : push.TrustAgainAt,
            CutOffSince = null,
        });
    }

    /// <summary>The answer comes later. A later message of the same kind stands for the earlier one: it carries all that is not acknowledged.</summary>
    public static DeviceState Await(DeviceState state, PushKind kind, PushReply reply, DateTimeOffset now)
    {
        var interval = TimeSpan.FromSeconds(Math.Max(1, reply.PollInterval!.Value));
        var awaited = new AwaitedAnswer(kind, reply.PollId!, now + (interval < PushLimits.LongestPollInterval ? interval : PushLimits.LongestPollInterval));
        return With(state, push => push with { Awaited = [.. Without(push, kind), awaited] });
    }

    /// <summary>It was asked for, and there is an answer.</summary>
    public static DeviceState Polled(DeviceState state, AwaitedAnswer awaited, string status, DateTimeOffset now) =>
        With(Noted(state, PushNames.Poll, status, null, now), push => push with
        {
            Awaited = Without(push, awaited.Kind), TrustAgainAt = awaited.Kind == PushKind.Trust ? now + PushPlan.Again : push.TrustAgainAt, CutOffSince = null,
        });

    /// <summary>The same once more, at <paramref name="nextTry"/>.</summary>
    /// <param name="response">Null: there was none.</param>
    public static DeviceState Deferred(DeviceState state, PendingPush pending, string? response, string reason, DateTimeOffset nextTry, DateTimeOffset now) => With(
        Noted(state, pending.Name, response ?? NoReply, reason, now),
        push => push with { Pending = pending with { Attempts = pending.Attempts + 1, NextTry = nextTry }, CutOffSince = response is null ? push.CutOffSince ?? now : null });

    /// <param name="response">Null: there was none.</param>
    public static DeviceState Deferred(DeviceState state, AwaitedAnswer awaited, string? response, string reason, DateTimeOffset nextTry, DateTimeOffset now) => With(
        Noted(state, PushNames.Poll, response ?? NoReply, reason, now),
        push => push with
        {
            Awaited = [.. Without(push, awaited.Kind), awaited with { Attempts = awaited.Attempts + 1, NextTry = nextTry }], CutOffSince = response is null ? push.CutOffSince ?? now : null,
        });

    /// <summary>Repeating does not help: a person must see to it. What is not acknowledged is tried again a day later.</summary>
    public static DeviceState Refused(DeviceState state, PushKind kind, string name, string reason, DateTimeOffset now) => With(
        Noted(state, name, PushStatus.Failed, reason, now),
        push => push with
        {
            Pending = name == PushNames.Poll ? push.Pending : null,
            Awaited = Without(push, kind),
            ReportAgainAt = kind == PushKind.Usage ? now + PushPlan.Again : push.ReportAgainAt,
            TrustAgainAt = kind == PushKind.Trust ? now + PushPlan.Again : push.TrustAgainAt,
            CutOffSince = null,
        });

    public static DeviceState With(DeviceState state, Func<PushState, PushState> change) => state with { Policy = state.Policy! with { Push = change(state.Policy.Push) } };

    private static DeviceState Noted(DeviceState state, string name, string response, string? failure, DateTimeOffset now) => With(
        Statistics.Note(state, name, response, failure, now),
        push => push with { Messages = [.. push.Messages.Append(new ImportNote(name, now, failure)).TakeLast(KeptMessages)] });

    private static IReadOnlyList<AwaitedAnswer> Without(PushState push, PushKind kind) => [.. push.Awaited.Where(one => one.Kind != kind)];
}
