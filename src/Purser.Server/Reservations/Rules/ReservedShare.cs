using System.Globalization;

namespace Purser.Server.Reservations.Rules;

/// <summary>
/// What a product instance reports that was upgraded to licensing by policy: what it reserves stays valid and covers its use first, and only what is
/// beyond it asks for licenses, because reserved units are bound already (SP-06; domain rules 13.1). Pure.
/// </summary>
/// <param name="Reported">How many of the license it uses.</param>
/// <param name="Reserved">Everything that is still bound for it, also in transition and without cover; null: it reserves universally.</param>
public readonly record struct ReservedShare(long Reported, long? Reserved)
{
    /// <summary>So many of the reserved units are used.</summary>
    public long Used => Math.Min(Reported, Reserved ?? Reported);

    /// <summary>What counts in Use.</summary>
    public long Beyond => Reported - Used;

    public string Text => (Reserved is { } units
            ? $"Reserved before the upgrade; stays valid; {Number(Used)} of {Number(units)} used"
            : $"Reserved universally before the upgrade; stays valid; {Number(Used)} used")
        + (Beyond > 0 ? $"; {Number(Beyond)} beyond it {(Beyond == 1 ? "counts" : "count")} in use" : "");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
