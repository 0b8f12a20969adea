using System.Globalization;
using Purser.Server.Catalog;
using Purser.Server.Commands;

namespace Purser.Server.Licenses;

/// <summary>Which terms give first where only a number is asked for (domain rules 4.3).</summary>
public enum TransferOrder
{
    LongestTermFirst,
    LongestTermLast,
}

/// <summary>A line as it lies in the giving virtual account.</summary>
public sealed record HeldLine(LicenseLine Line, Holding Holding)
{
    /// <summary>The group in which the transfer dialog shows it: "Perpetual", or its end date (domain rules 4.3).</summary>
    public string Term => TransferRules.TermOf(Line.EndsOn);
}

/// <summary>What the giving virtual account has of one license.</summary>
public sealed record TransferStock(Entitlement License, Pool Pool, IReadOnlyList<HeldLine> Lines);

/// <param name="Term">"Perpetual" or an end date as yyyy-MM-dd; null where only a number is given.</param>
public sealed record TransferDemand(long EntitlementId, long Quantity, string? Term = null)
{
    public LicenseType? Type { get; init; }
    public string? SubscriptionId { get; init; }
    public DateOnly? StartsOn { get; init; }

    /// <summary>Only this line: a transfer at the level of license transactions (help ch. 4).</summary>
    public long? LineId { get; init; }

    /// <summary>May this line give? What is not said does not matter.</summary>
    public bool Fits(HeldLine held) =>
        (Term is null || string.Equals(held.Term, Term, StringComparison.OrdinalIgnoreCase))
        && (Type is null || held.Line.LicenseType == Type)
        && (SubscriptionId is null || held.Line.SubscriptionId == SubscriptionId)
        && (StartsOn is null || held.Line.StartsOn == StartsOn)
        && (LineId is null || held.Line.Id == LineId);

    /// <summary>" (9 Jan 2027, subscription Sub269233)": what was chosen, for a refusal.</summary>
    public string Choice()
    {
        var said = new[]
        {
            DateOnly.TryParseExact(Term, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end) ? Day(end) : Term, Type?.ToString(), SubscriptionId is null ? null : $"subscription {SubscriptionId}",
            StartsOn is { } start ? $"from {Day(start)}" : null,
        }.Where(part => part is not null).ToList();
        return said.Count == 0 ? "" : $" ({string.Join(", ", said)})";

        static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
    }
}

public sealed record TransferMove(HeldLine From, long Quantity);

/// <summary>
/// What may be transferred at summary level: per row what the lines have free, in sum what the pool has available; all rows or none
/// (domain rules 1.4, 4.1–4.6). Pure.
/// </summary>
public static class TransferRules
{
    public const string Perpetual = "Perpetual";
    public const int MostRows = 200;

    public static string TermOf(DateOnly? endsOn) => endsOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? Perpetual;

    public static Verdict<IReadOnlyList<TransferMove>> Decide(
        IReadOnlyList<TransferDemand> demands, IReadOnlyDictionary<long, TransferStock> stocks, TransferOrder order)
    {
        if (demands.Count is 0 or > MostRows)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"Name 1 to {MostRows} rows to transfer.", "rows");
        }

        var moves = new List<TransferMove>();
        var taken = new Dictionary<HeldLine, long>();
        for (var index = 0; index < demands.Count; index++)
        {
            var demand = demands[index];
            if (demand.Quantity < 1)
            {
                return Verdict.Refused(RefusalCode.InvalidInput, "Enter a whole number of licenses, 1 or more.", Field(index));
            }

            if (!stocks.TryGetValue(demand.EntitlementId, out var stock))
            {
                return Verdict.Refused(RefusalCode.UnknownEntitlement, "There is no such license.", Field(index));
            }

            if (Take(demand, stock, order, taken, moves) is { } refusal)
            {
                return refusal with { Field = Field(index) };
            }
        }

        foreach (var stock in stocks.Values)
        {
            var asked = moves.Where(move => move.From.Line.EntitlementId == stock.License.Id).Sum(move => move.Quantity);
            if (asked > stock.Pool.Available)
            {
                return NotEnough(stock, asked, stock.Pool.Available, "");
            }
        }

        return moves;
    }

    /// <summary>How many of these lines can go: what is free of them, never more than the pool has available (domain rules 1.4).</summary>
    public static long Available(IEnumerable<HeldLine> lines, Pool pool) => Math.Min(lines.Sum(line => line.Holding.Free), pool.Available);

    private static Refusal? Take(
        TransferDemand demand, TransferStock stock, TransferOrder order, Dictionary<HeldLine, long> taken, List<TransferMove> moves)
    {
        var lines = stock.Lines.Where(demand.Fits).ToList();
        var left = demand.Quantity;
        foreach (var line in InOrder(lines, order))
        {
            var quantity = Math.Min(left, line.Holding.Free - taken.GetValueOrDefault(line));
            if (quantity > 0)
            {
                taken[line] = taken.GetValueOrDefault(line) + quantity;
                moves.Add(new TransferMove(line, quantity));
                left -= quantity;
            }
        }

        return left == 0 ? null : NotEnough(stock, demand.Quantity, Available(lines, stock.Pool), demand.Choice());
    }

    private static IEnumerable<HeldLine> InOrder(IEnumerable<HeldLine> lines, TransferOrder order) => order == TransferOrder.LongestTermFirst
        ? lines.OrderByDescending(line => LicenseTerms.Length(line.Line.EndsAt)).ThenBy(line => line.Line.Id)
        : lines.OrderBy(line => LicenseTerms.Length(line.Line.EndsAt)).ThenBy(line => line.Line.Id);

    private static Refusal NotEnough(TransferStock stock, long asked, long available, string choice) => Verdict.Refused(
        RefusalCode.NotEnoughAvailable,
        $"{asked} {stock.License.Name}{choice} cannot be transferred, {available} can. "
        + $"Licenses in use{(stock.Pool.Reserved > 0 ? ", reserved" : "")} or needed to cover a shortage stay: {stock.Pool.Purchased} are here, {stock.Pool.InUse} in use"
        + $"{(stock.Pool.Reserved > 0 ? $", {stock.Pool.Reserved} reserved" : "")}.");

    private static string Field(int index) => $"rows[{index}].quantity";
}
