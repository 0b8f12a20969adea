using Npgsql;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Devices.Committing;

/// <summary>Carries a batch through one transaction: read under locks, decide in memory, write, commit, publish. Copes with the database's errors.</summary>
public sealed class BatchRunner(
    Database database, DomainClock clock, CatalogCache catalogs, CertificateIssuer issuer, IdSource ids, PurserSettings settings, ILogger<BatchRunner> log)
    : IAsyncDisposable
{
    private const int Attempts = 4;

    private readonly BatchStore store = database.Engine == Engine.Postgres ? new PostgresBatchStore(database) : new SqliteBatchStore(database);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    /// <returns>Work that could not be decided because an account it needs is held by somebody else.</returns>
    internal async Task<List<DeviceWork>> RunAsync(List<DeviceWork> batch, bool wait, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(batch, wait, cancellation);
            }
            catch (Exception fault) when (IsWorthRepeating(fault, batch.Count) && attempt < Attempts)
            {
                log.LogWarning(fault, "A batch of {Count} device messages met a passing fault, attempt {Attempt}", batch.Count, attempt);
            }
            catch (Exception fault) when (StoreFaults.Explain(fault) is { } refusal)
            {
                log.LogError(fault, "A batch of {Count} device messages could not be committed", batch.Count);
                batch.ForEach(work => work.Fail(refusal));
                return [];
            }
            catch (Exception fault) when (fault is not OperationCanceledException && batch.Count == 1)
            {
                log.LogError(fault, "A device message could not be committed");
                batch[0].Fail(Verdict.Refused(RefusalCode.StoreUnavailable, "The server could not process this message. Its log tells why."));
                return [];
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                log.LogWarning(fault, "A batch of {Count} device messages failed; its halves are tried apart", batch.Count);
                return await RunHalvesAsync(batch, wait, cancellation);
            }
        }
    }

    /// <summary>Down to single messages, so that one that fails does not take its neighbours along.</summary>
    private async Task<List<DeviceWork>> RunHalvesAsync(List<DeviceWork> batch, bool wait, CancellationToken cancellation)
    {
        var middle = batch.Count / 2;
        var deferred = await RunAsync(batch[..middle], wait, cancellation);
        deferred.AddRange(await RunAsync(batch[middle..], wait, cancellation));
        return deferred;
    }

    private async Task<List<DeviceWork>> RunOnceAsync(List<DeviceWork> batch, bool wait, CancellationToken cancellation)
    {
        var catalog = await catalogs.CurrentAsync(cancellation);
        var needs = new BatchNeeds(batch, catalog);
        await ids.ReserveAsync([nameof(IdKind.Alert)], 1024 + (3 * needs.Entitlements), cancellation);
        await ids.ReserveAsync([nameof(IdKind.Device)], needs.Registrations, cancellation);
        var state = new BatchState(clock.Now);
        try
        {
            await store.BeginAsync(state, needs, catalog, wait, cancellation);
            var deferred = Decide(batch, state, catalog);
            await store.SaveAsync(state, cancellation);
            foreach (var work in batch.Where(work => work.Decided is not null))
            {
                work.Publish();
            }

            return deferred;
        }
        finally
        {
            await store.EndAsync();
        }
    }

    private List<DeviceWork> Decide(List<DeviceWork> batch, BatchState state, CatalogSnapshot catalog)
    {
        var book = new BatchBook(state, catalog, ids);
        var locks = new LockBook(book, catalog);
        var units = new HighAvailabilityAct(book);
        var identity = new IdentityActs(book, locks, catalog, issuer, units);
        var decider = new MessageDecider(
            book, new RegistrationAct(book, identity, units, catalog, ids, settings), new AuthorizationAct(book, locks, catalog), identity, units, new DetachAct(book, settings));
        var waiting = batch.Where(work => !decider.TryDecide(work)).ToList();
        decider.ForgetPlaces();
        return waiting;
    }

    /// <summary>A single message that meets a unique key was overtaken by another node: decided again, it sees what that one wrote.</summary>
    private static bool IsWorthRepeating(Exception fault, int count) =>
        StoreFaults.IsWorthRetrying(fault)
        || (count == 1 && fault is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation });
}
