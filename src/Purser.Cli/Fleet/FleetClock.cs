namespace Purser.Cli.Fleet;

/// <summary>The simulation's time: it stands still until the engine moves it, together with the authority's domain clock.</summary>
internal sealed class FleetClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset now = start;

    public DateTimeOffset Start { get; } = start;

    public DateTimeOffset Now => now;

    public double Day => (now - Start).TotalDays;

    public override DateTimeOffset GetUtcNow() => now;

    public void MoveTo(DateTimeOffset instant) => now = instant;
}

/// <summary>A device's own clock: it is off by something, runs a little fast or slow, and sometimes jumps.</summary>
internal sealed class DeviceClock(FleetClock fleet, TimeSpan offset, double driftPerDay) : TimeProvider
{
    private TimeSpan offset = offset;

    public override DateTimeOffset GetUtcNow() => fleet.Now + offset + TimeSpan.FromSeconds(driftPerDay * fleet.Day);

    public void Jump(TimeSpan by) => offset += by;
}
