namespace Purser.Cli.Fleet;

/// <summary>What can happen to a message between a device and the authority.</summary>
internal enum Fault
{
    None,

    /// <summary>Never arrives.</summary>
    LostRequest,

    /// <summary>Carried out, but the device never learns of it.</summary>
    LostReply,

    /// <summary>Arrives twice, one right after the other.</summary>
    Duplicated,

    /// <summary>Arrives, and once more later, behind messages that were sent after it.</summary>
    LateTwin,

    /// <summary>The device gives it up for lost; it arrives later, behind messages that were sent after it.</summary>
    Delayed,

    /// <summary>503 with Retry-After from something on the way.</summary>
    Busy,
}

internal static class Faults
{
    private static readonly (Fault Item, int Weight)[] Weights =
    [
        (Fault.None, 900), (Fault.LostRequest, 20), (Fault.LostReply, 20), (Fault.Duplicated, 20), (Fault.LateTwin, 20), (Fault.Delayed, 10), (Fault.Busy, 10),
    ];

    public static Fault Draw(SeededSource random) => random.Pick(Weights);

    /// <summary>How much later: in the same step behind what the device sends next, or hours later; answers are kept for 24 hours.</summary>
    public static TimeSpan DrawDelay(SeededSource random) => random.Chance(0.4) ? TimeSpan.Zero : TimeSpan.FromHours(random.Between(1, 30));
}
