using System.Globalization;
using Purser.Protocol.Usage;

namespace Purser.Tests.Protocol.Usage;

/// <summary>The deadlines of device reference 4.3, by its published samples.</summary>
public sealed class ReportingDeadlineTests
{
    private const PolicyCategory Perpetual = PolicyCategory.Perpetual;
    private const PolicyCategory Subscription = PolicyCategory.Subscription;
    private const PolicyCategory Export = PolicyCategory.Export;

    private static readonly ReportingPolicy Sle = new("SLE Policy", new(30, 60, 60), new(120, 111, 111), new(30, 90, 60), new(30, 30, 30));
    private static readonly ReportingPolicy Custom = new("Custom Policy", new(365, 0, 90), new(90, 90, 90), new(365, 90, 90), new(365, 90, 90));

    // Policy; in use; first use; last acknowledgement; unacknowledged change; whether zero means yearly → the deadline.
    public static TheoryData<ReportingPolicy, PolicyCategory[], string, string?, string?, bool, string?> Samples => new()
    {
        { ReportingPolicy.Default, [Perpetual, Subscription], "2023-08-10 10:31:23", "2023-11-08 10:31:23", null, true, "2024-02-06 10:31:23" },
        { ReportingPolicy.Default, [Perpetual], "2023-08-03 09:00:00", "2024-08-03 09:00:00", null, true, "2025-08-03 09:00:00" },
        { ReportingPolicy.Default, [Perpetual], "2023-08-03 09:00:00", "2024-08-03 09:00:00", null, false, null },
        { ReportingPolicy.Default, [Perpetual], "2023-08-03 09:00:00", null, null, false, "2024-08-02 09:00:00" },
        { Sle, [Perpetual], "2024-01-10 12:00:00", null, null, true, "2024-02-09 12:00:00" },
        { Sle, [Perpetual], "2024-01-10 12:00:00", "2024-03-15 12:00:00", null, true, "2024-05-14 12:00:00" },
        { Sle, [Subscription], "2024-01-10 12:00:00", null, null, true, "2024-05-09 12:00:00" },
        { Custom, [Export], "2024-01-10 12:00:00", "2024-03-15 12:00:00", null, true, "2024-06-13 12:00:00" },

        // A change brings the deadline forward, and never puts it off.
        { ReportingPolicy.Default, [Perpetual], "2023-08-03 09:00:00", "2024-08-03 09:00:00", "2024-08-10 09:00:00", true, "2024-11-08 09:00:00" },
        { ReportingPolicy.Default, [Perpetual], "2023-08-03 09:00:00", "2024-08-03 09:00:00", "2025-07-10 09:00:00", true, "2025-08-03 09:00:00" },
        { ReportingPolicy.Default, [Perpetual], "2023-08-03 09:00:00", "2024-08-03 09:00:00", "2024-08-10 09:00:00", false, "2024-11-08 09:00:00" },

        // Nothing is required of what the policy does not mention, nor of nothing.
        { ReportingPolicy.Default, [Export], "2024-01-10 12:00:00", "2024-03-15 12:00:00", "2024-03-16 12:00:00", true, null },
        { ReportingPolicy.Default, [], "2024-01-10 12:00:00", null, null, true, null },
        { ReportingPolicy.Default with { AcknowledgementRequired = false }, [Subscription], "2024-01-10 12:00:00", null, null, true, null },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void The_next_acknowledgement_is_due(
        ReportingPolicy policy, PolicyCategory[] inUse, string firstUse, string? acknowledged, string? changed, bool yearlyWhenZero, string? expected)
    {
        var state = new ReportingState(inUse, At(firstUse), At(acknowledged), At(changed));

        Assert.Equal(At(expected), ReportingDeadlines.NextAcknowledgement(policy, state, yearlyWhenZero));
    }

    [Theory]
    [InlineData(30, new[] { Perpetual, Subscription }, true, 30)]
    [InlineData(365, new[] { Perpetual, Subscription }, true, 90)]
    [InlineData(365, new[] { Perpetual }, true, 365)]
    [InlineData(30, new[] { Export }, true, 0)]
    [InlineData(30, new[] { Perpetual }, false, 0)]
    public void Reports_are_pushed_at_the_own_interval_within_the_policy(int own, PolicyCategory[] inUse, bool yearlyWhenZero, int days)
    {
        var state = new ReportingState(inUse, At("2024-01-10 12:00:00"), At("2024-03-15 12:00:00"));

        Assert.Equal(days, ReportingDeadlines.PushInterval(ReportingPolicy.Default, state, own, yearlyWhenZero));
    }

    private static DateTimeOffset? At(string? text) => text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
