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

    /// <summary>A list of which the second part follows the first.</summary>
    public async Task<(int Total, List<TRow> Rows)> ReadAsync<TRow>(IQueryable<TRow> first, IQueryable<TRow> second, CancellationToken cancellation)
    {
        var (before, rows) = await ReadAsync(first, cancellation);
        var (after, more) = await new OffsetPage(Limit - rows.Count, Math.Max(0, Offset - before)).ReadAsync(second, cancellation);
        return (before + after, [.. rows, .. more]);
    }
}
