using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Reservations.Bulk;

/// <summary>The batches of a virtual account, how far each is, and its request codes with what came of them.</summary>
public sealed class ShowBatches(Database database, PurserSettings settings)
{
    private static readonly Keyset<ReservationBatch> Newest = Keyset.Descending((ReservationBatch row) => row.Id);
    private static readonly Keyset<ReservationBatchItem> OfFile = Keyset.Ascending((ReservationBatchItem row) => row.Number);

    public static void Map(IEndpointRouteBuilder batches)
    {
        batches.MapGet("", async (long virtualAccount, [AsParameters] PageRequest page, ShowBatches show, HttpContext context) =>
                (await show.ListAsync(context.Actor(), context.Account().Id, virtualAccount, page, context.RequestAborted)).ToHttp())
            .Requires(Permission.LicenseReserve).WithSummary("List the batches of a virtual account in which licenses were reserved for many product instances").Produces<Page<BatchView>>();
        batches.MapGet("/{batch:long}", async (long virtualAccount, long batch, ShowBatches show, HttpContext context) =>
                (await show.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, batch, context.RequestAborted)).ToHttp())
            .Requires(Permission.LicenseReserve).WithSummary("How far a batch of reservations is").Produces<BatchView>();
        batches.MapGet("/{batch:long}/items", async (long virtualAccount, long batch, ReservationItemState? state, [AsParameters] PageRequest page, ShowBatches show, HttpContext context) =>
                (await show.ItemsAsync(context.Actor(), context.Account().Id, virtualAccount, batch, state, page, context.RequestAborted)).ToHttp())
            .Requires(Permission.LicenseReserve).WithSummary("List the request codes of a batch with what came of them").Produces<Page<BatchItemView>>();
    }

    public async Task<Verdict<Page<BatchView>>> ListAsync(Actor actor, long accountId, long virtualAccountId, PageRequest page, CancellationToken cancellation = default)
    {
        if (!actor.May(Permission.LicenseReserve, accountId, virtualAccountId))
        {
            return NotThere();
        }

        await using var db = database.Read(accountId);
        var rows = await db.ReservationBatches.Where(row => row.AccountId == accountId && row.VirtualAccountId == virtualAccountId).ToPageAsync(Newest, page, cancellation);
        return rows.Map(row => BatchView.Of(row, settings.Vendor.SupportName));
    }

    public async Task<Verdict<BatchView>> HandleAsync(Actor actor, long accountId, long virtualAccountId, long batchId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        return await FindAsync(db, actor, accountId, virtualAccountId, batchId, cancellation) is { } row ? BatchView.Of(row, settings.Vendor.SupportName) : NotThere();
    }

    public async Task<Verdict<Page<BatchItemView>>> ItemsAsync(
        Actor actor, long accountId, long virtualAccountId, long batchId, ReservationItemState? state, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        if (await FindAsync(db, actor, accountId, virtualAccountId, batchId, cancellation) is null)
        {
            return NotThere();
        }

        var rows = db.ReservationBatchItems.Where(row => row.AccountId == accountId && row.BatchId == batchId && (state == null || row.State == state));
        return (await rows.ToPageAsync(OfFile, page, cancellation))
            .Map(row => new BatchItemView(row.Number, row.RequestCode, row.State, row.DeviceId, row.Problem, row.Lines()));
    }

    /// <summary>Null also where the caller may not reserve there.</summary>
    internal static async Task<ReservationBatch?> FindAsync(PurserContext db, Actor actor, long accountId, long virtualAccountId, long batchId, CancellationToken cancellation) =>
        actor.May(Permission.LicenseReserve, accountId, virtualAccountId)
            ? await db.ReservationBatches.FirstOrDefaultAsync(row => row.AccountId == accountId && row.Id == batchId && row.VirtualAccountId == virtualAccountId, cancellation)
            : null;

    internal static Refusal NotThere() => Verdict.Refused(RefusalCode.NotFound, "There is no such batch of reservations that you can see.");
}
