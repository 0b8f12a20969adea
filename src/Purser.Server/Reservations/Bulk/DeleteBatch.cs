using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Reservations.Bulk;

/// <summary>Takes a finished batch out of the list, with its archive. What was reserved stays: each product instance has its authorization code.</summary>
public sealed class DeleteBatch(WritePath writePath)
{
    public const string Name = "reservations.delete-many";

    public sealed record Input(long VirtualAccountId, long BatchId);

    public static void Map(IEndpointRouteBuilder batches) => batches
        .MapDelete("/{batch:long}", async (long virtualAccount, long batch, DeleteBatch delete, HttpContext context) =>
        {
            var input = new Input(virtualAccount, batch);
            return (await delete.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.LicenseReserve)
        .WithSummary("Delete a finished batch with its archive: what is reserved stays");

    public Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default) => writePath.RunAsync<Done>(command, async scope =>
    {
        if (await ShowBatches.FindAsync(scope.Db, command.Actor, command.Accounts[0], input.VirtualAccountId, input.BatchId, cancellation) is not { } batch)
        {
            return ShowBatches.NotThere();
        }

        if (batch.State == ReservationBatchState.Running)
        {
            return Verdict.Refused(RefusalCode.Conflict, "This batch is still running. Stop it first.");
        }

        await scope.Db.ReservationBatchItems.Where(row => row.AccountId == batch.AccountId && row.BatchId == batch.Id).ExecuteDeleteAsync(cancellation);
        scope.Db.ReservationBatches.Remove(batch);
        return Verdict.Done;
    }, cancellation);
}
