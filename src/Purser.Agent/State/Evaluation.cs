using Purser.Protocol;

namespace Purser.Agent.State;

/// <summary>
/// 90 days once in a device's life. They pass only while the device is unregistered and uses a license (device reference 2.5);
/// counted in seconds of use, so that a corrected clock does not lengthen or shorten them.
/// </summary>
public sealed record Evaluation
{
    public long UsedSeconds { get; init; }

    /// <summary>Since when the present run counts; null while it rests.</summary>
    public DateTimeOffset? RunningSince { get; init; }

    /// <summary>When the last second was used up.</summary>
    public DateTimeOffset? ExpiredAt { get; init; }

    public TimeSpan RemainingAt(DateTimeOffset now)
    {
        var left = (long)LicensingTimes.Evaluation.TotalSeconds - UsedSeconds - RunAt(now);
        return TimeSpan.FromSeconds(Math.Max(0, left));
    }

    /// <summary>Books what has run so far, and runs on or rests.</summary>
    public Evaluation Advance(DateTimeOffset now, bool running)
    {
        if (ExpiredAt is not null)
        {
            return this;
        }

        var left = RemainingAt(now);
        if (left == TimeSpan.Zero)
        {
            var overrun = UsedSeconds + RunAt(now) - (long)LicensingTimes.Evaluation.TotalSeconds;
            return new Evaluation { UsedSeconds = (long)LicensingTimes.Evaluation.TotalSeconds, ExpiredAt = now.AddSeconds(-overrun) };
        }

        return this with { UsedSeconds = UsedSeconds + RunAt(now), RunningSince = running ? now : null };
    }

    private long RunAt(DateTimeOffset now) => RunningSince is { } since ? Math.Max(0, (long)(now - since).TotalSeconds) : 0;
}
