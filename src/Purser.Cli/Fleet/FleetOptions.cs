namespace Purser.Cli.Fleet;

internal sealed record FleetOptions
{
    public required int Devices { get; init; }

    public required int Days { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>A step of the clock: all that falls due within it is sent at once (design 3).</summary>
    public TimeSpan Quantum { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Messages under way at the same time.</summary>
    public int Parallel { get; init; } = 64;

    /// <summary>Every new device registers within this time from the start.</summary>
    public TimeSpan Arrivals { get; init; } = TimeSpan.FromDays(21);

    /// <summary>Distinguishes the serial numbers of this run from those of earlier ones on the same installation.</summary>
    public required string RunName { get; init; }
}
