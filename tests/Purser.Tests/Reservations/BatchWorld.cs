using System.IO.Compression;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Purser.Protocol.Reservations;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Reservations;
using Purser.Server.Reservations.Bulk;

namespace Purser.Tests.Reservations;

/// <summary>Files of request codes in the virtual account A of a <see cref="ReservationWorld"/>.</summary>
internal sealed class BatchWorld(ReservationWorld world)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task<Verdict<BatchView>> TryStartAsync(string csv, params ReservationWish[] licenses)
    {
        var input = new StartBulkReservation.Input(await world.Stock.PlaceAsync("A"), csv) { Licenses = licenses };
        return await world.Installation.Get<StartBulkReservation>().HandleAsync(world.Command(StartBulkReservation.Name, input), input, Stop);
    }

    public async Task<BatchView> StartAsync(string csv, params ReservationWish[] licenses)
    {
        var made = await TryStartAsync(csv, licenses);
        Assert.True(made.IsOk, made.Refusal?.Detail);
        return made.Value;
    }

    /// <summary>One transaction's worth of codes, and then the server is gone.</summary>
    public async Task RunPieceAsync(BatchView batch)
    {
        await using var db = world.Installation.Database.Read(world.AccountId);
        var row = await db.ReservationBatches.SingleAsync(one => one.AccountId == world.AccountId && one.Id == batch.Id, Stop);
        Assert.True((await world.Installation.Get<ReservationPiece>().RunAsync(row, Stop)).IsOk);
    }

    /// <summary>The job of a server that has just been started.</summary>
    public Task<string> RunJobAsync()
    {
        var installation = world.Installation;
        var piece = new ReservationPiece(installation.WritePath, installation.Get<CatalogCache>(), installation.Get<AuthorizationMint>());
        return new CarryOutReservations(installation.Database, piece, installation.Get<BatchStarter>(), installation.Get<StopBatch>(), NullLogger<CarryOutReservations>.Instance).RunAsync(Stop);
    }

    public async Task<BatchView> ShowAsync(BatchView batch) =>
        (await world.Installation.Get<ShowBatches>().HandleAsync(Actor.System, world.AccountId, batch.VirtualAccountId, batch.Id, Stop)).Value;

    /// <summary>Number in the file → why it was refused.</summary>
    public async Task<Dictionary<int, string>> RefusedAsync(BatchView batch) =>
        (await world.Installation.Get<ShowBatches>().ItemsAsync(Actor.System, world.AccountId, batch.VirtualAccountId, batch.Id, ReservationItemState.Refused, new(Limit: 500), Stop))
        .Value.Items.ToDictionary(item => item.Number, item => item.Problem!);

    public async Task<Verdict<BatchView>> RetryAsync(BatchView batch)
    {
        var input = new RetryRefused.Input(batch.VirtualAccountId, batch.Id);
        return await world.Installation.Get<RetryRefused>().HandleAsync(world.Command(RetryRefused.Name, input), input, Stop);
    }

    public async Task<BatchFiles> ArchiveAsync(BatchView batch)
    {
        using var body = new MemoryStream();
        await world.Installation.Get<BatchArchive>().WriteAsync(body, world.AccountId, batch.Id, Stop);
        return BatchFiles.Read(body.ToArray());
    }

    public static string Csv(IEnumerable<string> lines) => "Request Code,License,Quantity\n" + string.Join('\n', lines) + "\n";
}

/// <summary>What the archive of a batch holds.</summary>
internal sealed record BatchFiles(IReadOnlyDictionary<string, string> Authorizations, IReadOnlyList<string[]> Results)
{
    public SealedAuthorization Of(ReservingDevice device) => SealedAuthorization.Read(Authorizations[$"AuthorizationCode_SN_{device.SerialNumber}.txt"]).Value;

    public static BatchFiles Read(byte[] archive)
    {
        using var zip = new ZipArchive(new MemoryStream(archive), ZipArchiveMode.Read);
        var texts = zip.Entries.ToDictionary(entry => entry.FullName, Text);
        Assert.True(texts.Remove("results.csv", out var results));
        return new BatchFiles(texts, [.. results!.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(','))]);
    }

    private static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
