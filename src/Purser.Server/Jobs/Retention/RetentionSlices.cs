using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Jobs.Retention;

/// <summary>Deletes in slices, so that other writers never wait long behind it.</summary>
internal static class RetentionSlices
{
    private const int Slice = 2000;

    public static async Task<string> DeleteAsync<TRow>(
        Database database, Func<PurserContext, IOrderedQueryable<TRow>> oldest, string what, CancellationToken cancellation)
        where TRow : class
    {
        var deleted = 0L;
        for (var count = Slice; count == Slice;)
        {
            await database.WriteAsync(async db => count = await oldest(db).Take(Slice).ExecuteDeleteAsync(cancellation), cancellation);
            deleted += count;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{deleted} {what} forgotten");
    }
}
