namespace Purser.Cli.Fleet;

/// <summary>The time that the fleet and the server share; it stands still between the steps.</summary>
internal sealed class FleetClock(DateTimeOffset start) : TimeProvider
{
    private long seconds = start.ToUnixTimeSeconds();

    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(Volatile.Read(ref seconds));

    public void Set(DateTimeOffset instant) => Volatile.Write(ref seconds, instant.ToUnixTimeSeconds());

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>A device's own clock, which may be wrong.</summary>
internal sealed class WrongClock(TimeProvider right, TimeSpan error) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + error;
}
