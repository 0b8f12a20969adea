using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;

namespace Purser.Server.Reservations.Bulk;

/// <summary>A batch ends before all its codes had their turn: a person stops it, or it cannot go on. What is reserved stays; the rest is refused with the reason, and can be tried again.</summary>
public sealed class StopBatch(WritePath writePath, PurserSettings settings)
{
    public const string Name = "reservations.stop-many";
    public const string FaultName = "reservations.fault-many";

    /// <summary>So often a piece may fail before the batch is given up: a fault that passes has passed by then.</summary>
    public const int MostFaults = 5;

    public sealed record Input(long VirtualAccountId, long BatchId);

    public sealed record Answer(int Refused);

    public static void Map(IEndpointRouteBuilder batches) => batches
        .MapPost("/{batch:long}/stop", async (long virtualAccount, long batch, StopBatch stop, HttpContext context) =>
        {
            var input = new Input(virtualAccount, batch);
            return (await stop.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.LicenseReserve)
        .WithSummary("Stop a batch: what is reserved stays, request codes that wait are refused")
        .Produces<BatchView>();

    public Task<Verdict<BatchView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default) => writePath.RunAsync<BatchView>(command, async scope =>
    {
        var accountId = command.Accounts[0];
        if (await ShowBatches.FindAsync(scope.Db, command.Actor, accountId, input.VirtualAccountId, input.BatchId, cancellation) is not { } batch)
        {
            return ShowBatches.NotThere();
        }

        if (batch.State == ReservationBatchState.Finished)
        {
            return Verdict.Refused(RefusalCode.Conflict, "This batch has finished: there is nothing left to stop.");
        }

        await EndAsync(scope, batch, $"{command.Actor.ShownName} stopped the batch before the turn of this code came.", cancellation);
        return BatchView.Of(batch, settings.Vendor.SupportName);
    }, cancellation);

    /// <summary>Who started it may not reserve there any more.</summary>
    internal Task<Verdict<Answer>> WithoutRightsAsync(ReservationBatch batch, CancellationToken cancellation) =>
        RunAsync(Name, batch, (scope, row) => EndAsync(scope, row, $"{row.ActorName}, who started the batch, may not reserve licenses of this virtual account any more.", cancellation), cancellation);

    /// <summary>A piece failed for a reason that nobody foresaw.</summary>
    internal Task<Verdict<Answer>> AfterFaultAsync(ReservationBatch batch, CancellationToken cancellation) => RunAsync(FaultName, batch, async (scope, row) =>
    {
        row.Faults++;
        return row.Faults < MostFaults ? 0
            : await EndAsync(scope, row, "The server met an error at the next codes of this file, several times. Try the refused codes again; if that fails too, send the file to support.", cancellation);
    }, cancellation);

    private Task<Verdict<Answer>> RunAsync(string name, ReservationBatch batch, Func<WriteScope, ReservationBatch, Task<int>> act, CancellationToken cancellation)
    {
        var command = new Command(name, Actor.System, new Input(batch.VirtualAccountId, batch.Id)) { Accounts = [batch.AccountId] };
        return writePath.RunAsync<Answer>(command, async scope =>
            await scope.Db.ReservationBatches.FirstOrDefaultAsync(row => row.AccountId == batch.AccountId && row.Id == batch.Id && row.State == ReservationBatchState.Running, cancellation) is { } row
                ? new Answer(await act(scope, row))
                : new Answer(0), cancellation);
    }

    private static async Task<int> EndAsync(WriteScope scope, ReservationBatch batch, string reason, CancellationToken cancellation)
    {
        var waiting = scope.Db.ReservationBatchItems.Where(row => row.AccountId == batch.AccountId && row.BatchId == batch.Id && row.State == ReservationItemState.Waiting);
        var count = await waiting.ExecuteUpdateAsync(set => set.SetProperty(row => row.State, ReservationItemState.Refused).SetProperty(row => row.Problem, reason), cancellation);
        batch.Refused += count;
        (batch.State, batch.FinishedAt) = (ReservationBatchState.Finished, scope.Now);
        return count;
    }
}
