using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;

namespace Purser.Server.Reservations.Bulk;

/// <summary>The refused codes of a batch have another try: licenses may have been bought since, a product instance removed.</summary>
public sealed class RetryRefused(WritePath writePath, PurserSettings settings)
{
    public const string Name = "reservations.retry-many";

    public sealed record Input(long VirtualAccountId, long BatchId);

    public static void Map(IEndpointRouteBuilder batches) => batches
        .MapPost("/{batch:long}/retry", async (long virtualAccount, long batch, RetryRefused retry, HttpContext context) =>
        {
            var input = new Input(virtualAccount, batch);
            return (await retry.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.LicenseReserve)
        .WithSummary("Try the refused request codes of a batch again")
        .Produces<BatchView>();

    public Task<Verdict<BatchView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default) => writePath.RunAsync<BatchView>(command, async scope =>
    {
        var accountId = command.Accounts[0];
        if (await ShowBatches.FindAsync(scope.Db, command.Actor, accountId, input.VirtualAccountId, input.BatchId, cancellation) is not { } batch)
        {
            return ShowBatches.NotThere();
        }

        if (batch.Refused == 0)
        {
            return Verdict.Refused(RefusalCode.Conflict, "No request code of this batch was refused.");
        }

        var refused = scope.Db.ReservationBatchItems.Where(row => row.AccountId == accountId && row.BatchId == batch.Id && row.State == ReservationItemState.Refused);
        await refused.ExecuteUpdateAsync(set => set.SetProperty(row => row.State, ReservationItemState.Waiting).SetProperty(row => row.Problem, (string?)null), cancellation);
        (batch.State, batch.FinishedAt, batch.Refused, batch.Faults) = (ReservationBatchState.Running, null, 0, 0);

        // It goes on in the name of who wants it to.
        (batch.ActorKind, batch.ActorId, batch.ActorName, batch.ActorIsStaff) = (command.Actor.Kind, command.Actor.Id, command.Actor.Name, command.Actor.IsStaff);
        return BatchView.Of(batch, settings.Vendor.SupportName);
    }, cancellation);
}
