using Purser.Agent.Policy.Authorizations;
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
        var settled = status == PushStatus.Poll ? handed : Settled(handed, sent.Name, sent.Licenses, now);
        return With(Told(settled, sent.Name), push => push with
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
    /// <param name="licenses">What was asked for.</param>
    public static DeviceState Await(DeviceState state, PushKind kind, PushReply reply, IReadOnlyList<AskedCount> licenses, DateTimeOffset now)
    {
        var interval = TimeSpan.FromSeconds(Math.Max(1, reply.PollInterval!.Value));
        var awaited = new AwaitedAnswer(kind, reply.PollId!, now + (interval < PushLimits.LongestPollInterval ? interval : PushLimits.LongestPollInterval)) { Licenses = licenses };
        return With(state, push => push with { Awaited = [.. Without(push, kind), awaited] });
    }

    /// <summary>It was asked for, and there is an answer.</summary>
    public static DeviceState Polled(DeviceState state, AwaitedAnswer awaited, string status, DateTimeOffset now) =>
        With(Settled(Noted(state, PushNames.Poll, status, null, now), PushNames.Poll, awaited.Licenses, now), push => push with
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
    public static DeviceState Refused(DeviceState state, PushKind kind, string name, IReadOnlyList<AskedCount> licenses, string reason, DateTimeOffset now) => With(
        Told(Without(Noted(state, name, PushStatus.Failed, reason, now), licenses), name),
        push => push with
        {
            Pending = name == PushNames.Poll ? push.Pending : null,
            Awaited = Without(push, kind),
            ReportAgainAt = kind == PushKind.Usage ? now + PushPlan.Again : push.ReportAgainAt,
            TrustAgainAt = kind == PushKind.Trust ? now + PushPlan.Again : push.TrustAgainAt,
            CutOffSince = null,
        });

    public static DeviceState With(DeviceState state, Func<PushState, PushState> change) => state with { Policy = state.Policy! with { Push = change(state.Policy.Push) } };

    /// <summary>Authorization codes that were asked for are here, or do not come.</summary>
    private static DeviceState Settled(DeviceState state, string name, IReadOnlyList<AskedCount> licenses, DateTimeOffset now) => state.Policy!.Codes.Asked.Any(licenses.Contains)
        ? Without(Noted(state, name, PushStatus.Failed, "no authorization code came for what was asked; ask again, or see the product instance's page in the portal", now), licenses)
        : state;

    private static DeviceState Without(DeviceState state, IReadOnlyList<AskedCount> licenses) => WithCodes(state, codes => CodeRules.Drop(codes, licenses));

    /// <summary>It is not told again, also where the authority would not hear of it: it knows the code no more.</summary>
    private static DeviceState Told(DeviceState state, string name) => name switch
    {
        PushNames.Confirmation => WithCodes(state, static codes => codes with { ConfirmedNumber = codes.Installed?.Code.Number ?? codes.ConfirmedNumber }),
        PushNames.Return => WithCodes(state, static codes => codes with { IsReturnTold = true }),
        _ => state,
    };

    private static DeviceState WithCodes(DeviceState state, Func<CodeState, CodeState> change) => state with { Policy = state.Policy! with { Codes = change(state.Policy.Codes) } };

    private static DeviceState Noted(DeviceState state, string name, string response, string? failure, DateTimeOffset now) => With(
        Statistics.Note(state, name, response, failure, now),
        push => push with { Messages = [.. push.Messages.Append(new ImportNote(name, now, failure)).TakeLast(KeptMessages)] });

    private static IReadOnlyList<AwaitedAnswer> Without(PushState push, PushKind kind) => [.. push.Awaited.Where(one => one.Kind != kind)];
}
