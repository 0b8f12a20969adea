using System.IO.Compression;
using System.Net.Mime;
using CsvHelper;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Reports;
using Purser.Server.Store;

namespace Purser.Server.Reservations.Bulk;

/// <summary>
/// The authorization files of a batch as one archive, and results.csv, which says of every line of the file what came of it. Written while it is
/// read; what is still waiting stands in the list as such.
/// </summary>
public sealed class BatchArchive(Database database, CatalogCache catalog)
{
    private const int AtOnce = 250;

    private static readonly IReadOnlyList<CsvColumn<Result>> Columns =
    [
        new("Line", row => row.Line.Line), new("Request Code", row => row.RequestCode), new("License", row => row.License), new("Quantity", row => row.Line.Quantity),
        new("Outcome", row => row.Outcome), new("File", row => row.File), new("Reason", row => row.Reason),
    ];

    private sealed record Result(BatchLine Line, string License, string RequestCode, string Outcome, string File, string Reason);

    public static void Map(IEndpointRouteBuilder batches) => batches
        .MapGet("/{batch:long}/archive", AnswerAsync)
        .Requires(Permission.LicenseReserve)
        .WithSummary("The authorization codes of a batch as files in a ZIP archive, with a list of what came of every line")
        .Produces<byte[]>(contentType: MediaTypeNames.Application.Zip);

    /// <summary>For programs and for the page.</summary>
    public static async Task<IResult> AnswerAsync(long virtualAccount, long batch, BatchArchive archive, HttpContext context)
    {
        var account = context.Account().Id;
        await using var db = archive.Read(account);
        return await ShowBatches.FindAsync(db, context.Actor(), account, virtualAccount, batch, context.RequestAborted) is null
            ? Problems.Of(ShowBatches.NotThere())
            : Results.Stream(
                body => archive.WriteAsync(body, account, batch, context.RequestAborted), MediaTypeNames.Application.Zip, FormattableString.Invariant($"authorization-codes-{batch}.zip"));
    }

    public async Task WriteAsync(Stream body, long accountId, long batchId, CancellationToken cancellation)
    {
        var target = new HeldBackStream(body);
        await using (var zip = await ZipArchive.CreateAsync(target, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation))
        {
            var (results, files) = (new List<Result>(), new AuthorizationFiles(zip));
            var known = await catalog.CurrentAsync(cancellation);
            await foreach (var (item, reservation) in ItemsAsync(accountId, batchId, cancellation))
            {
                var file = reservation is null ? "" : await files.AddAsync(reservation, cancellation);
                results.AddRange(item.Lines().Select(line => new Result(line, ReservationWish.Find(known, line.License)?.Name ?? line.License, item.RequestCode, OutcomeOf(item, reservation), file, item.Problem ?? "")));
            }

            await files.AddAsync("results.csv", stream => ListAsync(stream, results.OrderBy(row => row.Line.Line), cancellation), cancellation);
        }

        await target.FlushAsync(cancellation);
    }

    private PurserContext Read(long accountId) => database.Read(accountId);

    /// <summary>In pieces: who reads slowly holds no snapshot of the database, and only some files are in memory.</summary>
    private async IAsyncEnumerable<(ReservationBatchItem Item, Reservation? Reservation)> ItemsAsync(
        long accountId, long batchId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        List<ReservationBatchItem> items;
        for (var after = 0; ; after = items[^1].Number)
        {
            Dictionary<long, Reservation> reservations;
            await using (var db = Read(accountId))
            {
                items = await db.ReservationBatchItems.Where(row => row.AccountId == accountId && row.BatchId == batchId && row.Number > after)
                    .OrderBy(row => row.Number).Take(AtOnce).ToListAsync(cancellation);
                var devices = items.Where(item => item.DeviceId is not null).Select(item => item.DeviceId!.Value).ToList();
                reservations = await db.Reservations.Where(row => row.AccountId == accountId && devices.Contains(row.DeviceId)).ToDictionaryAsync(row => row.DeviceId, cancellation);
            }

            foreach (var item in items)
            {
                yield return (item, item.DeviceId is { } device ? reservations.GetValueOrDefault(device) : null);
            }

            if (items.Count < AtOnce)
            {
                yield break;
            }
        }
    }

    private static string OutcomeOf(ReservationBatchItem item, Reservation? reservation) => item.State switch
    {
        ReservationItemState.Done => reservation is null ? "Ended since" : "Reserved",
        ReservationItemState.Refused => "Refused",
        _ => "Waiting",
    };

    private static async Task ListAsync(Stream stream, IEnumerable<Result> results, CancellationToken cancellation)
    {
        // The byte order mark tells spreadsheets that the text is UTF-8.
        await using var csv = CsvWriter.Create(stream, new CsvWriterOptions { WriteByteOrderMark = true, NewLine = "\r\n" }, leaveOpen: true);
        foreach (var column in Columns)
        {
            csv.WriteField(column.Title);
        }

        await csv.EndRecordAsync(cancellation);
        foreach (var row in results)
        {
            foreach (var column in Columns)
            {
                csv.WriteField(Csv.Cell(column.Value(row)));
            }

            await csv.EndRecordAsync(cancellation);
        }
    }
}
