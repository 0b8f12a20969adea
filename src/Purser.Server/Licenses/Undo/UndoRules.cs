using System.Globalization;
using Purser.Server.Commands;

namespace Purser.Server.Licenses;

/// <summary>Which transfers can be taken back, and what of them (domain rules 4.8). Pure.</summary>
public static class UndoRules
{
    public static Refusal? Judge(LicenseTransfer transfer, DateTimeOffset now, TimeSpan window) =>
        transfer.UndoneBy is { } by ? Verdict.Refused(RefusalCode.Conflict, string.Create(CultureInfo.InvariantCulture, $"This transfer was undone already, by the transaction {by}."))
        : window == TimeSpan.Zero ? Verdict.Refused(RefusalCode.Conflict, "Transfers cannot be undone in this installation. Transfer the licenses back instead.")
        : transfer.At + window < now ? Verdict.Refused(RefusalCode.Conflict, string.Create(
            CultureInfo.InvariantCulture, $"A transfer can be undone for {window.TotalHours:0} hours; this one is older. Transfer the licenses back instead."))
        : null;

    /// <summary>
    /// Of each line what of the moved units is still free over there, in sum what the pool has available there; no more than <paramref name="most"/>
    /// where only a part is wanted.
    /// </summary>
    public static IReadOnlyList<TransferDemand> Possible(
        IReadOnlyList<(long License, long Line, long Quantity)> moved, IReadOnlyDictionary<long, TransferStock> stocks, long most = long.MaxValue)
    {
        var left = stocks.ToDictionary(stock => stock.Key, stock => stock.Value.Pool.Available);
        var possible = new List<TransferDemand>();
        foreach (var (license, line, quantity) in moved)
        {
            var free = stocks.GetValueOrDefault(license)?.Lines.FirstOrDefault(held => held.Line.Id == line)?.Holding.Free ?? 0;
            var part = Math.Min(Math.Min(quantity, most), Math.Min(free, left.GetValueOrDefault(license)));
            if (part > 0)
            {
                most -= part;
                left[license] -= part;
                possible.Add(new TransferDemand(license, part) { LineId = line });
            }
        }

        return possible;
    }
}
