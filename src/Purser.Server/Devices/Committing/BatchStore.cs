using Purser.Server.Catalog;

namespace Purser.Server.Devices.Committing;

/// <summary>How a batch is read and written; one for each engine. Owned by the one committer task, so it may keep statements prepared.</summary>
internal abstract class BatchStore : IAsyncDisposable
{
    /// <summary>
    /// Begins the transaction, locks the heads that are free (all of them, waiting, where <paramref name="wait"/>), and only then reads.
    /// </summary>
    public abstract Task BeginAsync(BatchState state, BatchNeeds needs, CatalogSnapshot catalog, bool wait, CancellationToken cancellation);

    /// <summary>Writes all changes and commits.</summary>
    public abstract Task SaveAsync(BatchState state, CancellationToken cancellation);

    /// <summary>Ends the transaction if it is still open and lets go of all that belongs to it. Called after every batch, also a failed one.</summary>
    public abstract Task EndAsync();

    public abstract ValueTask DisposeAsync();
}
