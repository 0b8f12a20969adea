using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Purser.Server.Commands;
using Purser.Server.Devices.Door;

namespace Purser.Server.Devices.Committing;

/// <summary>
/// One task per process that takes all the work that waits, decides it in memory and commits once (stack notes 2). A request waits for its
/// commit and signs its own answer afterwards.
/// </summary>
public sealed class DeviceCommitter(BatchRunner runner, TimeProvider machine, ILogger<DeviceCommitter> log) : BackgroundService
{
    /// <summary>Beyond this the door answers 503; a device sends again later.</summary>
    public const int Capacity = 8192;

    private const int LargestBatch = 1024;

    // Work whose account is held by somebody else is waited for alone after this long, so that one slow act cannot stop it for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Channel<DeviceWork> queue = Channel.CreateBounded<DeviceWork>(new BoundedChannelOptions(Capacity)
    {
        SingleReader = true,
        FullMode = BoundedChannelFullMode.Wait,
    });

    /// <summary>Figures for benches and metrics: batches and the work in them since the start.</summary>
    public long Batches { get; private set; }

    public long Served { get; private set; }

    /// <returns>False: the queue is full.</returns>
    public bool TrySubmit(DeviceMessage message, [NotNullWhen(true)] out Task<CommittedAnswer>? answer) =>
        TryQueue(new MessageWork(message, machine.GetTimestamp()), out answer);

    /// <summary>Step 6 of docs/issuance.md.</summary>
    public bool TrySubmitIssued(DeviceMessage message, string serial, string reply, [NotNullWhen(true)] out Task<CommittedAnswer>? answer) =>
        TryQueue(new IssuedWork(message, serial, reply, machine.GetTimestamp()), out answer);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var waiting = new List<DeviceWork>();
        try
        {
            while (waiting.Count > 0 || await queue.Reader.WaitToReadAsync(stoppingToken))
            {
                waiting = await TakeOneBatchAsync(waiting, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is still queued was not answered; its devices repeat it.
        }
        finally
        {
            queue.Writer.TryComplete();
            while (queue.Reader.TryRead(out var work))
            {
                waiting.Add(work);
            }

            waiting.ForEach(work => work.Fail(Stopping));
            await runner.DisposeAsync();
        }
    }

    /// <returns>What has to wait for an account that is held by somebody else; it goes first next time.</returns>
    private async Task<List<DeviceWork>> TakeOneBatchAsync(List<DeviceWork> waiting, CancellationToken stopping)
    {
        var impatient = waiting.Where(work => machine.GetElapsedTime(work.ArrivedAt) > Patience).ToList();
        if (impatient.Count > 0)
        {
            await RunAsync(impatient, wait: true, stopping);
            waiting = waiting.Except(impatient).ToList();
        }

        var batch = waiting;
        while (batch.Count < LargestBatch && queue.Reader.TryRead(out var work))
        {
            batch.Add(work);
        }

        if (batch.Count == 0)
        {
            return batch;
        }

        var deferred = await RunAsync(batch, wait: false, stopping);
        if (deferred.Count == batch.Count)
        {
            await Task.Delay(Pause, machine, stopping);
        }

        return deferred;
    }

    private async Task<List<DeviceWork>> RunAsync(List<DeviceWork> batch, bool wait, CancellationToken stopping)
    {
        try
        {
            var deferred = await runner.RunAsync(batch, wait, stopping);
            Batches++;
            Served += batch.Count - deferred.Count;
            return deferred;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            // The runner explains faults of the database itself; whatever comes here is a bug, and must not stop the loop.
            log.LogCritical(fault, "The committer failed on a batch of {Count}", batch.Count);
            batch.ForEach(work => work.Fail(Verdict.Refused(RefusalCode.StoreUnavailable, "The server could not process this message.")));
            return [];
        }
    }

    private bool TryQueue(DeviceWork work, [NotNullWhen(true)] out Task<CommittedAnswer>? answer)
    {
        var isQueued = queue.Writer.TryWrite(work);
        answer = isQueued ? work.Answer : null;
        return isQueued;
    }

    private static Refusal Stopping => Verdict.Refused(RefusalCode.Busy, "The server is stopping. Repeat in a moment.");
}
