using Microsoft.AspNetCore.Mvc;

namespace Purser.Server.Http;

/// <summary>
/// Which piece of a list is wanted: the first one, the one after a cursor, or the one before it. A route takes it as
/// <c>[AsParameters] PageRequest page</c>, a page makes it of its address.
/// </summary>
public sealed record PageRequest(
    [FromQuery(Name = "after")] string? After = null,
    [FromQuery(Name = "before")] string? Before = null,
    [FromQuery(Name = "limit")] int? Limit = null)
{
    public const int DefaultLimit = 50;
    public const int LargestLimit = 500;

    /// <summary>Rows of the page.</summary>
    public int Size => Limit switch
    {
        null => DefaultLimit,
        > 0 and <= LargestLimit => Limit.Value,
        _ => throw new BadHttpRequestException($"limit is a whole number from 1 to {LargestLimit}."),
    };

    public bool IsBackwards => Cursor is not null && string.IsNullOrEmpty(After);

    public string? Cursor => !string.IsNullOrEmpty(After) ? After : !string.IsNullOrEmpty(Before) ? Before : null;
}

/// <summary>A piece of a list. The cursors are opaque: they go back to the server as they came.</summary>
/// <param name="Next">Cursor for <c>after</c>; null at the end.</param>
/// <param name="Previous">Cursor for <c>before</c>; null at the beginning.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next = null, string? Previous = null, RowCount? Total = null)
{
    public Page<TOther> Map<TOther>(Func<T, TOther> map) => new([.. Items.Select(map)], Next, Previous, Total);

    /// <summary>Makes the page of a slice: the wanted rows and one more, which tells whether the list goes on; backwards in reverse.</summary>
    internal static Page<T> Cut(IReadOnlyList<T> slice, PageRequest request, RowCount? total, Func<T, string> cursorOf)
    {
        var goesOn = slice.Count > request.Size;
        var items = slice.Take(request.Size).ToList();
        if (request.IsBackwards)
        {
            items.Reverse();
        }

        var hasNext = request.IsBackwards ? items.Count > 0 : goesOn;
        var hasPrevious = request.IsBackwards ? goesOn : request.Cursor is not null && items.Count > 0;
        return new Page<T>(items, hasNext ? cursorOf(items[^1]) : null, hasPrevious ? cursorOf(items[0]) : null, total);
    }
}

/// <summary>How many rows match: exact up to 10,000, beyond it "more than" (counting a million rows for a footer is not worth it).</summary>
public sealed record RowCount(long Count, bool More = false)
{
    public const int Exact = 10_000;

    /// <summary>From a count that stopped one row past the limit.</summary>
    public static RowCount Of(int counted) => counted > Exact ? new(Exact, true) : new(counted);
}
