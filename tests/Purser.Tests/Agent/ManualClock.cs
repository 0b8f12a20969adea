namespace Purser.Tests.Agent;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    private DateTimeOffset now = now;

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan span) => now += span;

    public void Set(DateTimeOffset instant) => now = instant;
}
