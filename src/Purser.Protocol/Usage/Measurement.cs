using System.Text.Json.Serialization;

namespace Purser.Protocol.Usage;

/// <summary>How many of a license were in use from one instant to another (device reference 4.4.2). Another count begins another measurement.</summary>
/// <param name="Count">In use for the whole time.</param>
/// <param name="AddedUnits">Sub-devices, such as access points, that came to use the license since the measurement before.</param>
/// <param name="ClockChange">By how much the device's clock was set while this was measured.</param>
/// <param name="CloseReason">Of the last measurement of a report: why it ended.</param>
public sealed record Measurement(
    DateTimeOffset LoggedAt,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    long Count,
    IReadOnlyList<Udi>? AddedUnits = null,
    IReadOnlyList<Udi>? RemovedUnits = null,
    TimeSpan? ClockChange = null,
    string? TerminationReason = null,
    string? CloseReason = null)
{
    /// <summary>The metric of licenses; measurements of any other kind count nothing.</summary>
    public const string Metric = "ENTITLEMENT";

    private const int SecondsBetweenSamples = 900;

    [JsonIgnore]
    public long IntervalSeconds => (long)(EndsAt - StartsAt).TotalSeconds;

    /// <summary>One every 15 minutes and one at the start, a change of the clock taken out: fits all published measurements.</summary>
    [JsonIgnore]
    public long Samples => (long)Math.Round((IntervalSeconds - (ClockChange ?? TimeSpan.Zero).TotalSeconds) / SecondsBetweenSamples, MidpointRounding.AwayFromZero) + 1;
}
