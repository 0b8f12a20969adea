using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Commands;

/// <summary>
/// Changes of very many rows in one statement, past the context, which would have to load them all. The audit names every row all the same, with
/// the values that change (SA-16). What stands in no audit, because it follows from what does, needs none of this (docs/ledger.md).
/// </summary>
internal static class MassChange
{
    /// <summary>Rows of one account become another's.</summary>
    /// <param name="number">Of a row, within its account.</param>
    public static async Task<int> MoveAsync<TRow>(
        WriteScope scope, IQueryable<TRow> rows, Expression<Func<TRow, long>> number, long from, long into, CancellationToken cancellation)
        where TRow : class, ITenantRow
    {
        var keys = await RangesAsync(rows.Select(number), cancellation);
        scope.Changes.CollectMany<TRow>(scope.Db, [from, into], keys, new() { ["accountId"] = from }, new() { ["accountId"] = into });
        return await rows.ExecuteUpdateAsync(set => set.SetProperty(row => EF.Property<long>(row, nameof(ITenantRow.AccountId)), into), cancellation);
    }

    /// <summary>"12-40", "45": the numbers of rows, in order.</summary>
    public static async Task<IReadOnlyList<string>> RangesAsync(IQueryable<long> numbers, CancellationToken cancellation)
    {
        var ranges = new List<string>();
        var (first, last) = (0L, -1L);
        await foreach (var number in numbers.Order().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (number != last + 1 || last < first)
            {
                Close();
                first = number;
            }

            last = number;
        }

        Close();
        return ranges;

        void Close()
        {
            if (last >= first)
            {
                ranges.Add(first == last ? FormattableString.Invariant($"{first}") : FormattableString.Invariant($"{first}-{last}"));
            }
        }
    }
}
