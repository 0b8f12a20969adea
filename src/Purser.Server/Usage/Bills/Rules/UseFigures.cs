namespace Purser.Server.Usage.Bills.Rules;

/// <summary>What a time of use comes to. Sums are exact; only what is shown is rounded, to hundredths, halves up. Pure.</summary>
/// <param name="Peak">The most that was in use at once.</param>
/// <param name="PeakAt">When that was first reached; null: nothing was in use.</param>
/// <param name="UnitSeconds">One license in use for one second is one.</param>
/// <param name="Seconds">How long the time is.</param>
/// <param name="Devices">Product instances that used any.</param>
public sealed record UseFigures(long Peak, DateTimeOffset? PeakAt, Int128 UnitSeconds, long Seconds, int Devices)
{
    private const int Hour = 3_600;
    private const int Day = 86_400;

    /// <summary>Licenses in use, weighted by time.</summary>
    public decimal Average => Seconds == 0 ? 0 : Rounded(Seconds);

    public decimal UnitHours => Rounded(Hour);

    public decimal UnitDays => Rounded(Day);

    private decimal Rounded(long seconds) => Math.Round((decimal)UnitSeconds / seconds, 2, MidpointRounding.AwayFromZero);
}
