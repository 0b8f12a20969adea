using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Purser.Server.Http;

/// <summary>
/// The order of a list, and how to go on from a row of it: "after (name, id)" is a range of the index, so page 10,000 costs what page 1 costs.
/// Columns must never be null, and the last one makes the order unique. Keep orders in static fields: their accessors are compiled once.
/// </summary>
public sealed class Keyset<TRow>
{
    // Large enough that the statement costs little beside its rows, small enough that a few of them fit anywhere.
    private const int PieceSize = 2000;

    private readonly IReadOnlyList<KeyColumn<TRow>> columns;

    internal Keyset(IReadOnlyList<KeyColumn<TRow>> columns) => this.columns = columns;

    public Keyset<TRow> Then<TKey>(Expression<Func<TRow, TKey>> key) => new([.. columns, new KeyColumn<TRow, TKey>(key, descending: false)]);

    public Keyset<TRow> ThenDescending<TKey>(Expression<Func<TRow, TKey>> key) => new([.. columns, new KeyColumn<TRow, TKey>(key, descending: true)]);

    /// <summary>The whole list in this order, for exports.</summary>
    public IQueryable<TRow> Sort(IQueryable<TRow> rows) => Sort(rows, backwards: false);

    /// <summary>
    /// The whole list in pieces, for exports. Each piece is a statement of its own: who reads a long file slowly holds no snapshot of the database
    /// meanwhile. The next piece is fetched while the caller works on the last one, so nothing else may use the context of <paramref name="rows"/>.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<TRow>> PiecesAsync(IQueryable<TRow> rows, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var coming = PieceAsync(rows, cancellation);
        try
        {
            while (coming is not null)
            {
                var piece = await coming;
                coming = piece.Count < PieceSize ? null : PieceAsync(rows.Where(Beyond([.. columns.Select(column => column.ValueOf(piece[^1]))], backwards: false)), cancellation);
                if (piece.Count > 0)
                {
                    yield return piece;
                }
            }
        }
        finally
        {
            if (coming is not null)
            {
                // The caller stopped early and is about to close the context.
                await ((Task)coming).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Task<List<TRow>> PieceAsync(IQueryable<TRow> rows, CancellationToken cancellation) => Sort(rows).Take(PieceSize).ToListAsync(cancellation);

    /// <summary>The wanted rows and one more, which tells whether the list goes on. Backwards pieces come in reverse.</summary>
    public IQueryable<TRow> Slice(IQueryable<TRow> rows, PageRequest request)
    {
        if (request.Cursor is { } cursor)
        {
            rows = rows.Where(Beyond(Cursor.Read(cursor, [.. columns.Select(column => column.Type)]), request.IsBackwards));
        }

        return Sort(rows, request.IsBackwards).Take(request.Size + 1);
    }

    /// <summary>Only rows up to this value of the first column: bounds what has to be sorted where no index has the whole order.</summary>
    public IQueryable<TRow> UpTo(IQueryable<TRow> rows, object first, bool backwards)
    {
        var row = Expression.Parameter(typeof(TRow), "row");
        return rows.Where(Expression.Lambda<Func<TRow, bool>>(columns[0].Compare(row, first, descending: columns[0].IsDescending == backwards, orEqual: true), row));
    }

    /// <summary>Makes the page of the rows that <see cref="Slice"/> gave.</summary>
    public Page<TRow> Cut(IReadOnlyList<TRow> slice, PageRequest request, RowCount? total) => Page<TRow>.Cut(slice, request, total, CursorOf);

    private string CursorOf(TRow row) => Cursor.Write(columns.Select(column => column.ValueOf(row)));

    private IQueryable<TRow> Sort(IQueryable<TRow> rows, bool backwards)
    {
        for (var index = 0; index < columns.Count; index++)
        {
            rows = columns[index].Sort(rows, isFirst: index == 0, columns[index].IsDescending != backwards);
        }

        return rows;
    }

    // a ≥ x and (a > x or (b ≥ y and (b > y or …))): the outer range is what both engines walk the index with.
    private Expression<Func<TRow, bool>> Beyond(IReadOnlyList<object> values, bool backwards)
    {
        var row = Expression.Parameter(typeof(TRow), "row");
        Expression? condition = null;
        for (var index = columns.Count - 1; index >= 0; index--)
        {
            var column = columns[index];
            var descending = column.IsDescending != backwards;
            var beyond = column.Compare(row, values[index], descending, orEqual: false);
            condition = condition is null
                ? beyond
                : Expression.AndAlso(column.Compare(row, values[index], descending, orEqual: true), Expression.OrElse(beyond, condition));
        }

        return Expression.Lambda<Func<TRow, bool>>(condition!, row);
    }
}

/// <summary>Begins an order: <c>Keyset.Ascending((Device row) => row.DisplayName).Then(row => row.Id)</c>.</summary>
public static class Keyset
{
    public static Keyset<TRow> Ascending<TRow, TKey>(Expression<Func<TRow, TKey>> key) => new([new KeyColumn<TRow, TKey>(key, descending: false)]);

    public static Keyset<TRow> Descending<TRow, TKey>(Expression<Func<TRow, TKey>> key) => new([new KeyColumn<TRow, TKey>(key, descending: true)]);

    /// <summary>One page of a query in the given order, with the count of all that match.</summary>
    public static async Task<Page<TRow>> ToPageAsync<TRow>(
        this IQueryable<TRow> rows, Keyset<TRow> order, PageRequest request, CancellationToken cancellation)
    {
        var slice = await order.Slice(rows, request).ToListAsync(cancellation);
        var isWhole = request.Cursor is null && slice.Count <= request.Size;
        return order.Cut(slice, request, isWhole ? new RowCount(slice.Count) : await rows.CountUpToLimitAsync(cancellation));
    }

    /// <summary>One page of a list that lies in memory, in the order of a text that is unique whatever its case.</summary>
    public static Page<TRow> ToPage<TRow>(this IEnumerable<TRow> rows, Func<TRow, string> name, PageRequest request)
    {
        var all = rows.OrderBy(name, StringComparer.OrdinalIgnoreCase).ToList();
        var slice = all.AsEnumerable();
        if (request.Cursor is { } cursor)
        {
            var place = (string)Cursor.Read(cursor, [typeof(string)])[0];
            slice = request.IsBackwards
                ? all.AsEnumerable().Reverse().Where(row => StringComparer.OrdinalIgnoreCase.Compare(name(row), place) < 0)
                : all.Where(row => StringComparer.OrdinalIgnoreCase.Compare(name(row), place) > 0);
        }

        return Page<TRow>.Cut([.. slice.Take(request.Size + 1)], request, new RowCount(all.Count), row => Cursor.Write([name(row)]));
    }

    public static async Task<RowCount> CountUpToLimitAsync<TRow>(this IQueryable<TRow> rows, CancellationToken cancellation) =>
        RowCount.Of(await rows.Take(RowCount.Exact + 1).CountAsync(cancellation));
}
