using Purser.Server.Store;

namespace Purser.Server.Catalog;

/// <summary>
/// The catalog in memory, for device messages and every list that shows names. A change on this node is seen at once, one on another node
/// within <see cref="LookEvery"/>: the version is asked for then, and the rows are read only when it has grown.
/// </summary>
public sealed class CatalogCache(Database database, TimeProvider machine) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim loading = new(1, 1);
    private volatile CatalogSnapshot? current;
    private long lookedAt;
    private int isStale = 1;

    public ValueTask<CatalogSnapshot> CurrentAsync(CancellationToken cancellation = default) =>
        current is { } known && IsFresh ? ValueTask.FromResult(known) : new ValueTask<CatalogSnapshot>(LookAsync(cancellation));

    /// <summary>After the commit of a change on this node.</summary>
    public void Invalidate() => Volatile.Write(ref isStale, 1);

    public void Dispose() => loading.Dispose();

    private bool IsFresh =>
        Volatile.Read(ref isStale) == 0 && machine.GetElapsedTime(Volatile.Read(ref lookedAt)) < LookEvery;

    private async Task<CatalogSnapshot> LookAsync(CancellationToken cancellation)
    {
        await loading.WaitAsync(cancellation);
        try
        {
            if (current is { } known && IsFresh)
            {
                return known;
            }

            // Marked before reading: a change that commits meanwhile marks it stale again.
            Volatile.Write(ref isStale, 0);
            await using var db = database.Read();
            if (current is null || current.Version != await CatalogVersion.ReadAsync(db, cancellation))
            {
                current = await CatalogSnapshot.LoadAsync(db, cancellation);
            }

            Volatile.Write(ref lookedAt, machine.GetTimestamp());
            return current;
        }
        catch
        {
            Invalidate();
            throw;
        }
        finally
        {
            loading.Release();
        }
    }
}
