using Microsoft.EntityFrameworkCore;

namespace Purser.Server.Compat;

/// <summary>The published paging: limit and offset count records, −1 means everything, a page beyond the end is empty (API reference 3.0).</summary>
internal readonly record struct OffsetPage(int Limit, int Offset)
{
    private const int DefaultLimit = 50;

    public static OffsetPage Of(PublishedInput input)
    {
        var limit = input.Number("limit", out _) ?? DefaultLimit;
        var offset = input.Number("offset", out _) ?? 0;
        return new OffsetPage(limit < 0 ? int.MaxValue : (int)Math.Min(limit, int.MaxValue), (int)Math.Clamp(offset, 0, int.MaxValue));
    }

    public async Task<(int Total, List<TRow> Rows)> ReadAsync<TRow>(IQueryable<TRow> sorted, CancellationToken cancellation)
    {
        var total = await sorted.CountAsync(cancellation);
        return (total, Offset >= total ? [] : await sorted.Skip(Offset).Take(Limit).ToListAsync(cancellation));
    }

    /// <summary>A list of several parts, one after the other.</summary>
    public async Task<(int Total, List<TRow> Rows)> ReadAsync<TRow>(IReadOnlyList<IQueryable<TRow>> parts, CancellationToken cancellation)
    {
        var (total, rows) = (0, new List<TRow>());
        foreach (var part in parts)
        {
            var (count, more) = await new OffsetPage(Limit - rows.Count, Math.Max(0, Offset - total)).ReadAsync(part, cancellation);
            total += count;
            rows.AddRange(more);
        }

        return (total, rows);
    }
}
