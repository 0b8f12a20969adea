namespace Purser.Server.Store;

/// <summary>
/// The clock of the rules: certificates, sweeps, due dates. It follows the machine clock unless a simulation moves it; leases, sessions, links that let
/// people in and rate limits use the machine clock (<see cref="TimeProvider"/>) itself (design 3).
/// </summary>
public sealed class DomainClock(TimeProvider machine)
{
    private long offsetSeconds;
    private long fixedAt = long.MinValue;

    /// <summary>Now, truncated once to the second.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var held = Volatile.Read(ref fixedAt);
            return DateTimeOffset.FromUnixTimeSeconds(
                held != long.MinValue ? held : machine.GetUtcNow().ToUnixTimeSeconds() + Volatile.Read(ref offsetSeconds));
        }
    }

    public bool IsHeld => Volatile.Read(ref fixedAt) != long.MinValue;

    /// <summary>Simulation only: stands still at this instant until moved again.</summary>
    public void HoldAt(DateTimeOffset instant) => Volatile.Write(ref fixedAt, instant.ToUnixTimeSeconds());

    /// <summary>Simulation only: runs on from this instant with the machine clock.</summary>
    public void RunFrom(DateTimeOffset instant)
    {
        Volatile.Write(ref offsetSeconds, instant.ToUnixTimeSeconds() - machine.GetUtcNow().ToUnixTimeSeconds());
        Volatile.Write(ref fixedAt, long.MinValue);
    }
}
