using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Jobs;
using Purser.Server.Store;

namespace Purser.Server.Reservations.Bulk;

/// <summary>
/// Carries batches out: a piece of each in turn, so that a large one holds nobody up, and after some rounds other jobs have theirs. A batch that meets
/// a fault of the machine is taken up again in the next run; one that fails again and again for another reason is given up.
/// </summary>
public sealed class CarryOutReservations(Database database, ReservationPiece piece, BatchStarter starter, StopBatch stop, ILogger<CarryOutReservations> log) : IJob
{
    public const string Name = "reservations.many";

    private const int Rounds = 8;

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var (done, refused, stuck) = (0, 0, new HashSet<long>());
        for (var round = 0; round < Rounds && await RunningAsync(stuck, cancellation) is { Count: > 0 } running; round++)
        {
            foreach (var batch in running)
            {
                if (await RunAsync(batch, cancellation) is { } answer)
                {
                    (done, refused) = (done + answer.Done, refused + answer.Refused);
                }
                else
                {
                    stuck.Add(batch.Id);
                }
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{done} reserved, {refused} refused{(stuck.Count > 0 ? $"; {stuck.Count} batches wait for the next run" : "")}");
    }

    private async Task<ReservationPiece.Answer?> RunAsync(ReservationBatch batch, CancellationToken cancellation)
    {
        try
        {
            if (!await starter.MayAsync(batch, cancellation))
            {
                var stopped = await stop.WithoutRightsAsync(batch, cancellation);
                return stopped.IsOk ? new ReservationPiece.Answer(0, stopped.Value.Refused) : null;
            }

            var made = await piece.RunAsync(batch, cancellation);
            if (made.IsOk)
            {
                return made.Value;
            }

            log.LogWarning("Reservations of batch {Batch} wait: {Reason}", batch.Id, made.Refusal);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            log.LogError(fault, "Reservations of batch {Batch} failed", batch.Id);
            await stop.AfterFaultAsync(batch, cancellation);
        }

        return null;
    }

    private async Task<List<ReservationBatch>> RunningAsync(HashSet<long> stuck, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await db.ReservationBatches.Where(row => row.State == ReservationBatchState.Running && !stuck.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellation);
    }
}
