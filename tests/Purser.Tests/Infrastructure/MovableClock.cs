namespace Purser.Tests.Infrastructure;

/// <summary>The machine clock, moved ahead by a test.</summary>
internal sealed class MovableClock : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
}
