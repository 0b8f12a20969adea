namespace Purser.Protocol.Usage;

/// <summary>What a device uses under a policy, and what of it is acknowledged.</summary>
/// <param name="InUse">Categories of the licenses in use.</param>
/// <param name="FirstUseAt">Null: nothing was used yet.</param>
/// <param name="AcknowledgedAt">The last acknowledgement; null before the first.</param>
/// <param name="ChangedAt">The first change of what is used that is not acknowledged; null where there is none.</param>
public sealed record ReportingState(IReadOnlyCollection<PolicyCategory> InUse, DateTimeOffset? FirstUseAt, DateTimeOffset? AcknowledgedAt = null, DateTimeOffset? ChangedAt = null);

/// <summary>When what must have happened by a policy (device reference 4.3). Pure.</summary>
public static class ReportingDeadlines
{
    /// <summary>Where no ongoing number applies: 365 days after the last acknowledgement (domain rules 13.1).</summary>
    public const int YearlyDays = 365;

    public static readonly TimeSpan FirstPushDelay = TimeSpan.FromMinutes(2);

    /// <summary>How long after a push the device asks for the acknowledgement.</summary>
    public static readonly TimeSpan PollDelay = TimeSpan.FromMinutes(5);

    /// <summary>By when the next acknowledgement must have come: the smallest number that is not zero over the categories in use. Null: no requirement.</summary>
    /// <param name="yearlyWhenZero">Setting <c>Policy:YearlyWhenZero</c>.</param>
    public static DateTimeOffset? NextAcknowledgement(ReportingPolicy policy, ReportingState state, bool yearlyWhenZero = true)
    {
        if (!policy.AcknowledgementRequired || state.InUse.Count == 0 || state.FirstUseAt is not { } firstUse)
        {
            return null;
        }

        var regular = state.AcknowledgedAt is not { } acknowledged
            ? After(firstUse, Smallest(policy, state, category => category.First))
            : After(acknowledged, Smallest(policy, state, category => category.Ongoing) ?? YearlyOf(policy, state, yearlyWhenZero));
        var onChange = state.ChangedAt is { } changed ? After(changed, Smallest(policy, state, category => category.OnChange)) : null;
        return regular is null || onChange < regular ? onChange : regular;
    }

    /// <summary>Days between reports: the device's own interval, limited by the number of the policy that is in force; 0: no reporting.</summary>
    public static int PushInterval(ReportingPolicy policy, ReportingState state, int ownInterval, bool yearlyWhenZero = true) =>
        (state.AcknowledgedAt is null ? Smallest(policy, state, category => category.First)
            : Smallest(policy, state, category => category.Ongoing) ?? YearlyOf(policy, state, yearlyWhenZero)) is { } number ? Math.Min(ownInterval, number) : 0;

    private static int? YearlyOf(ReportingPolicy policy, ReportingState state, bool yearlyWhenZero) =>
        yearlyWhenZero && Smallest(policy, state, category => category.First) is not null ? YearlyDays : null;

    private static int? Smallest(ReportingPolicy policy, ReportingState state, Func<CategoryPolicy, int> number) =>
        state.InUse.Select(category => number(policy.Of(category))).Where(days => days > 0).Select(days => (int?)days).DefaultIfEmpty(null).Min();

    private static DateTimeOffset? After(DateTimeOffset from, int? days) => days is { } number ? from.AddDays(number) : null;
}
