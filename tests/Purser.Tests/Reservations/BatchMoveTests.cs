using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Reservations;
using Purser.Server.Reservations.Bulk;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Reservations;

/// <summary>A file of request codes is half done when its virtual account goes to another Smart Account: the work goes on there (SA-15).</summary>
[Trait("Feature", "SA-15")]
public sealed class BatchMoveTests
{
    private const int Codes = ReservationPiece.Size + 2;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_batch_goes_along_when_accounts_are_merged_and_back_when_that_is_undone(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        var globex = await OtherAsync(world, isEnabled: true);
        var (batch, devices, stale) = await HalfDoneAsync(world);
        var merged = await MergeAsync(world, new(MergerKind.Merge, world.Stock.Account.Domain) { Into = globex.Account.Domain });

        // A piece that was about to begin finds the batch gone from where it was, and does nothing.
        Assert.Equal(new ReservationPiece.Answer(0, 0), (await PieceOf(world).RunAsync(stale, Stop)).Value);
        Assert.Equal((ReservationPiece.Size, 2), await CountsAsync(world, globex.Account.Id, batch));
        await RunJobAsync(world);
        Assert.Equal((Codes, 0), await CountsAsync(world, globex.Account.Id, batch));
        Assert.Equal(Codes, (await FilesAsync(world, globex.Account.Id, batch)).Authorizations.Count);
        Assert.Equal($"{Codes} | 0 ({Codes}) | 0", await RowAsync(world, globex.Account.Id, batch.VirtualAccountId));
        await world.AssertCleanAsync();

        var undo = new UndoMerger.Input(merged);
        var undone = await world.Installation.Get<UndoMerger>().HandleAsync(new Command(UndoMerger.Name, Actor.System, undo), undo, Stop);
        Assert.True(undone.IsOk, undone.Refusal?.Detail);
        Assert.Equal((Codes, 0), await CountsAsync(world, world.AccountId, batch));
        devices[^1].Install((await FilesAsync(world, world.AccountId, batch)).Authorizations[$"AuthorizationCode_SN_{devices[^1].SerialNumber}.txt"]);
        Assert.Equal($"{Codes} | 0 ({Codes}) | 0", await RowAsync(world, world.AccountId, batch.VirtualAccountId));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_batch_goes_along_with_the_virtual_account_that_is_split_off_and_obeys_the_account_there(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        var globex = await OtherAsync(world, isEnabled: false);
        var (batch, _, _) = await HalfDoneAsync(world);
        await MergeAsync(world, new(MergerKind.Split, world.Stock.Account.Domain) { VirtualAccountIds = [batch.VirtualAccountId], Into = globex.Account.Domain });
        await RunJobAsync(world);
        Assert.Equal((ReservationPiece.Size, 0), await CountsAsync(world, globex.Account.Id, batch));
        Assert.Equal($"{Codes} | 0 ({ReservationPiece.Size}) | 2", await RowAsync(world, globex.Account.Id, batch.VirtualAccountId));
        var files = await FilesAsync(world, globex.Account.Id, batch);
        Assert.Equal(ReservationPiece.Size, files.Authorizations.Count);
        Assert.Contains("not enabled", files.Results[^1][^1], StringComparison.Ordinal);
        await using var db = world.Installation.Database.Read();
        Assert.False(await db.ReservationBatches.AnyAsync(row => row.AccountId == world.AccountId, Stop));
        Assert.False(await db.ReservationBatchItems.AnyAsync(row => row.AccountId == world.AccountId, Stop));
        await world.AssertCleanAsync();
    }

    /// <summary>Licenses for all codes, of which one transaction's worth is done.</summary>
    private static async Task<(BatchView Batch, IReadOnlyList<ReservingDevice> Devices, ReservationBatch Row)> HalfDoneAsync(ReservationWorld world)
    {
        var bulk = new BatchWorld(world);
        await world.Stock.DepositAsync("A", Codes);
        var devices = Enumerable.Range(0, Codes).Select(_ => world.Device()).ToList();
        var batch = await bulk.StartAsync(BatchWorld.Csv(devices.Select(device => $"{device.Ask()},,")), new ReservationWish("Advantage", 1));
        await bulk.RunPieceAsync(batch);
        await using var db = world.Installation.Database.Read(world.AccountId);
        return (batch, devices, await db.ReservationBatches.SingleAsync(row => row.AccountId == world.AccountId && row.Id == batch.Id, Stop));
    }

    private static async Task<TestStock> OtherAsync(ReservationWorld world, bool isEnabled)
    {
        var other = await TestStock.MakeAsync(world.Installation, "globex.example");
        var edit = new EditAccount.Input { SpecificReservation = isEnabled };
        Assert.True((await world.Installation.Get<EditAccount>().HandleAsync(new Command(EditAccount.Name, Actor.System, edit) { Accounts = [other.Account.Id] }, edit, Stop)).IsOk);
        return other;
    }

    private static async Task<long> MergeAsync(ReservationWorld world, MergeAccounts.Input input)
    {
        var merged = await world.Installation.Get<MergeAccounts>().HandleAsync(new Command(MergeAccounts.NameOf(input.Kind), Actor.System, input), input, Stop);
        Assert.True(merged.IsOk, merged.Refusal?.Detail);
        return merged.Value.Id;
    }

    private static ReservationPiece PieceOf(ReservationWorld world) =>
        new(world.Installation.WritePath, world.Installation.Get<CatalogCache>(), world.Installation.Get<AuthorizationMint>());

    private static Task<string> RunJobAsync(ReservationWorld world) =>
        new CarryOutReservations(world.Installation.Database, PieceOf(world), world.Installation.Get<BatchStarter>(), world.Installation.Get<StopBatch>(), NullLogger<CarryOutReservations>.Instance).RunAsync(Stop);

    private static async Task<(int Done, int Waiting)> CountsAsync(ReservationWorld world, long account, BatchView batch)
    {
        var shown = await world.Installation.Get<ShowBatches>().HandleAsync(Actor.System, account, batch.VirtualAccountId, batch.Id, Stop);
        return (shown.Value.Done, shown.Value.Waiting);
    }

    private static async Task<BatchFiles> FilesAsync(ReservationWorld world, long account, BatchView batch)
    {
        using var body = new MemoryStream();
        await world.Installation.Get<BatchArchive>().WriteAsync(body, account, batch.Id, Stop);
        return BatchFiles.Read(body.ToArray());
    }

    private static async Task<string> RowAsync(ReservationWorld world, long account, long place)
    {
        var license = await world.Stock.LicenseAsync();
        await using var db = world.Installation.Database.Read(account);
        var pool = await db.Pools.SingleAsync(row => row.AccountId == account && row.VirtualAccountId == place && row.EntitlementId == license, Stop);
        return $"{pool.Purchased} | {pool.InUse} ({pool.Reserved}) | {pool.Balance}";
    }
}
