using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Reservations;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Reservations.Rules;
using Purser.Server.Store;

namespace Purser.Server.Reservations.Bulk;

/// <summary>
/// The next request codes of a batch become reservations, in one transaction. What all of them need is read once. Each code is judged before
/// anything is written for it, so that a refused one undoes nothing of the others; what is done is noted in the same transaction, so that no code is
/// done twice, whichever node works and whenever it stops.
/// </summary>
public sealed class ReservationPiece(WritePath writePath, CatalogCache catalogs, AuthorizationMint mint)
{
    public const string Name = "reservations.reserve-many";

    /// <summary>Large enough that a commit costs little beside its codes; small enough that others who change the account wait only a moment.</summary>
    public const int Size = 250;

    private const int OtherIds = 64;

    public sealed record Input(long VirtualAccountId, long BatchId);

    /// <summary>How many became reservations, and how many were refused.</summary>
    public sealed record Answer(int Done, int Refused);

    public async Task<Verdict<Answer>> RunAsync(ReservationBatch started, CancellationToken cancellation)
    {
        var catalog = await catalogs.CurrentAsync(cancellation);
        var command = new Command(Name, started.Actor, new Input(started.VirtualAccountId, started.Id)) { Accounts = [started.AccountId], Ids = Size + OtherIds };
        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            if (await scope.Db.ReservationBatches.FirstOrDefaultAsync(row => row.AccountId == started.AccountId && row.Id == started.Id, cancellation) is not { } batch)
            {
                // It went to another Smart Account with its virtual account: the next round finds it there.
                return new Answer(0, 0);
            }

            var items = await scope.Db.ReservationBatchItems
                .Where(row => row.AccountId == batch.AccountId && row.BatchId == batch.Id && row.State == ReservationItemState.Waiting)
                .OrderBy(row => row.Number).Take(Size).ToListAsync(cancellation);
            var problem = await ReserveLicenses.JudgeAsync(scope, batch.AccountId, new ReserveLicenses.Input(batch.VirtualAccountId, ""), cancellation);

            // To look for changes again and again among all rows of the piece took most of its time. The write path looks once, at the end.
            scope.Db.ChangeTracker.AutoDetectChangesEnabled = false;
            foreach (var (item, refusal) in problem is null ? await ReserveAsync(scope, catalog, batch, items, cancellation) : items.Select(item => (item, (Refusal?)problem)))
            {
                (item.State, item.Problem) = refusal is null ? (ReservationItemState.Done, null) : (ReservationItemState.Refused, refusal.Detail);
            }

            scope.Db.ChangeTracker.AutoDetectChangesEnabled = true;
            return Close(scope, batch, items);
        }, cancellation);
    }

    private async Task<IEnumerable<(ReservationBatchItem Item, Refusal? Refusal)>> ReserveAsync(
        WriteScope scope, CatalogSnapshot catalog, ReservationBatch batch, List<ReservationBatchItem> items, CancellationToken cancellation)
    {
        var asked = items.ConvertAll(item => (Item: item, Request: ReservationRequestRules.Read(catalog, item.RequestCode, item.Product)));
        var work = new ReservationWork(scope, catalog, mint, batch.AccountId);
        await work.LookUpAsync(asked.FindAll(one => one.Request.IsOk).ConvertAll(one => one.Request.Value.Code), cancellation);
        work.Book.KeepLines();
        var done = new List<(ReservationBatchItem, Refusal?)>();
        foreach (var (item, request) in asked)
        {
            done.Add((item, request.Refusal ?? await ReserveAsync(work, catalog, batch, item, request.Value.Code, request.Value.Product)));
        }

        return done;
    }

    /// <summary>As <see cref="ReserveLicenses"/> does it, but everything that can be refused comes first.</summary>
    private static async Task<Refusal?> ReserveAsync(ReservationWork work, CatalogSnapshot catalog, ReservationBatch batch, ReservationBatchItem item, RequestCode code, Product product)
    {
        var lines = item.Lines();
        var wishes = ReservationWish.Read(catalog, product.Id, [.. lines.Select(line => new ReservationWish(line.License, line.Quantity))]);
        if ((BatchRules.JudgeLines(lines) ?? wishes.Refusal ?? await work.JudgeCodeAsync(code, product)) is { } problem)
        {
            return problem;
        }

        var plans = await work.PlanAsync(deviceId: 0, batch.VirtualAccountId, wishes.Value);
        if (!plans.IsOk)
        {
            return plans.Refusal;
        }

        var (reservation, device) = work.Begin(code, product, batch.VirtualAccountId, ReservationKind.Specific);
        await ReserveLicenses.WriteAsync(work, reservation, device, plans.Value);
        item.DeviceId = device.Id;
        return null;
    }

    private static Answer Close(WriteScope scope, ReservationBatch batch, List<ReservationBatchItem> items)
    {
        var answer = new Answer(items.Count(item => item.State == ReservationItemState.Done), items.Count(item => item.State == ReservationItemState.Refused));
        batch.Done += answer.Done;
        batch.Refused += answer.Refused;
        batch.Faults = 0;
        if (batch.Waiting == 0)
        {
            (batch.State, batch.FinishedAt) = (ReservationBatchState.Finished, scope.Now);
        }

        return answer;
    }
}
