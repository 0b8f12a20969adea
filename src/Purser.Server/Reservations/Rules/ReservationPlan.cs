using Purser.Server.Commands;

namespace Purser.Server.Reservations.Rules;

/// <summary>
/// What a wished reservation changes of one license: increases are reserved at once, decreases turn in transition and stay counted until the
/// confirmation code of this very update is entered (help ch. 6; domain rules 8.4).
/// </summary>
/// <param name="Increases">Line → units that are newly reserved.</param>
/// <param name="Decreases">Line → units that are in transition from now on.</param>
/// <param name="Replaced">Units of ended lines that the increases replace: they need no surplus, because they are counted already (domain rules 8.5).</param>
/// <param name="Leaving">Units of ended lines that wait for the confirmation as decreases do.</param>
public sealed record ReservationPlan(IReadOnlyDictionary<long, long> Increases, IReadOnlyDictionary<long, long> Decreases, long Replaced, long Leaving)
{
    private const string Field = "quantity";

    public bool IsNothing => Increases.Count + Decreases.Count == 0 && Leaving == 0;

    /// <summary>What the balance of the pool loses until the update is confirmed.</summary>
    public long Needs => Increases.Values.Sum() - Replaced;

    /// <summary>A quantity that was not chosen line by line.</summary>
    public static Verdict<ReservationPlan> Of(ReservableLicense license, long quantity, bool longestTermLast = false) =>
        quantity < 0 ? Negative(license)
        : quantity > license.Maximum ? Verdict.Refused(
            RefusalCode.NotEnoughAvailable,
            $"Of {license.Name} this product instance can have at most {license.Maximum}, not {quantity}: it has {license.Own}, and {license.Available} are available. Reserve fewer, or transfer licenses to this virtual account.",
            Field)
        : Of(license, license.Choose(quantity, longestTermLast));

    /// <param name="wanted">Line → what the product instance is to have of it; lines that are left out: nothing (help ch. 4: blank is zero).</param>
    public static Verdict<ReservationPlan> Of(ReservableLicense license, IReadOnlyDictionary<long, long> wanted)
    {
        var lines = license.Lines.ToDictionary(line => line.LineId);
        foreach (var (id, quantity) in wanted)
        {
            if (quantity < 0)
            {
                return Negative(license);
            }

            if (!lines.TryGetValue(id, out var line) ? quantity > 0 : quantity > line.Most)
            {
                return Refused($"Of {license.Name}, {(line is null ? "a line that is not there any more" : Term(line))} can give at most {line?.Most ?? 0}, not {quantity}. Look at what is available now and choose again.");
            }
        }

        var changes = license.Lines.Select(line => (line.LineId, By: wanted.GetValueOrDefault(line.LineId) - line.Own)).ToList();
        var increases = changes.Where(change => change.By > 0).ToDictionary(change => change.LineId, change => change.By);
        var replaced = Math.Min(license.Uncovered, increases.Values.Sum());
        var plan = new ReservationPlan(
            increases, changes.Where(change => change.By < 0).ToDictionary(change => change.LineId, change => -change.By), replaced, license.Uncovered - replaced);
        return plan.Needs > license.Available
            ? Refused($"{plan.Needs} more licenses of {license.Name} would be needed, and {license.Available} are available. "
                + (plan.Decreases.Count > 0 ? "What this update gives back is available only after its confirmation code was entered." : "Reserve fewer, or transfer licenses to this virtual account."))
            : plan;
    }

    private static string Term(ReservableLine line) => line.EndsOn is { } day ? FormattableString.Invariant($"the term until {day:d MMMM yyyy}") : "the perpetual licenses";

    private static Refusal Negative(ReservableLicense license) =>
        Verdict.Refused(RefusalCode.InvalidInput, $"Give how many licenses of {license.Name} are to be reserved: 0 or more.", Field);

    private static Refusal Refused(string detail) => Verdict.Refused(RefusalCode.NotEnoughAvailable, detail, Field);
}
