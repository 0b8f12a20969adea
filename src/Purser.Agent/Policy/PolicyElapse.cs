using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Policy.Push;
using Purser.Agent.Policy.Trust;
using Purser.Agent.State;

namespace Purser.Agent.Policy;

/// <summary>What time alone does to a device that is licensed by policy. Pure.</summary>
internal static class PolicyElapse
{
    public static DeviceState To(DeviceState state, DateTimeOffset now)
    {
        var outlook = ReportingOutlook.Of(state);
        var policy = state.Policy!;
        if (outlook.NextClose <= now)
        {
            policy = Closed(state, policy, static _ => true, now) with { PeriodSince = now };
        }
        else if (policy.Reports.Any(UsageMeter.IsFull))
        {
            policy = Closed(state, policy, UsageMeter.IsFull, now);
        }
        else if (outlook.NextSample <= now || policy.MeasuredAt > now)
        {
            policy = UsageMeter.Sample(policy, now);
        }

        return CodeRules.Judged(state with { Policy = TrustRules.Elapse(policy, now) }, now);
    }

    /// <summary>When the agent must be woken; null: nothing happens of itself.</summary>
    public static DateTimeOffset? NextDue(DeviceState state, DateTimeOffset now)
    {
        var outlook = ReportingOutlook.Of(state);
        return new[] { outlook.NextClose, outlook.NextSample, TrustRules.NextReminder(state.Policy!), AuthorizationSources.NextChange(state, now), PushPlan.NextDue(state, now) }.Min();
    }

    private static PolicyState Closed(DeviceState state, PolicyState policy, Func<ReportRecord, bool> which, DateTimeOffset now) =>
        UsageMeter.Close(policy, which, CloseReason.PeriodEnded, record => ReportMaker.Seal(state, record), now);
}
