using System.IO.Compression;
using System.Net.Mime;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Reports;
using Purser.Server.Reservations;
using Purser.Server.Store;

namespace Purser.Server.Orders.Shipments;

/// <summary>The authorization files of all products of an order that were shipped with licenses installed, written while the archive is read.</summary>
public sealed class ShipmentArchive(Database database)
{
    private static readonly Keyset<Reservation> ByDevice = Keyset.Ascending((Reservation row) => row.DeviceId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/operator/orders/{order:long}/shipped/archive", AnswerAsync)
        .Requires(Permission.OrderEdit)
        .WithSummary("The authorization codes of an order's shipped products as files in a ZIP archive")
        .WithTags("Operator: orders")
        .Produces<byte[]>(contentType: MediaTypeNames.Application.Zip);

    /// <summary>For programs and for the page.</summary>
    public static async Task<IResult> AnswerAsync(long order, ShipmentArchive archive, CancellationToken cancellation)
    {
        await using var db = archive.Read();
        return await db.Orders.AnyAsync(row => row.Id == order, cancellation)
            ? Results.Stream(body => archive.WriteAsync(body, order, cancellation), MediaTypeNames.Application.Zip, FormattableString.Invariant($"authorization-codes-order-{order}.zip"))
            : Problems.Of(ShowShipment.NotThere());
    }

    public async Task WriteAsync(Stream body, long orderId, CancellationToken cancellation)
    {
        await using var db = Read();
        var target = new HeldBackStream(body);
        await using (var zip = await ZipArchive.CreateAsync(target, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation))
        {
            var files = new AuthorizationFiles(zip);
            await foreach (var piece in ByDevice.PiecesAsync((await ShowShipment.ShippedAsync(db, orderId, cancellation))!, cancellation))
            {
                foreach (var reservation in piece)
                {
                    await files.AddAsync(reservation, cancellation);
                }
            }
        }

        await target.FlushAsync(cancellation);
    }

    private PurserContext Read() => database.Read();
}
