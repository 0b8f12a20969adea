using System.Net.Mime;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Reservations;

/// <summary>The reservation of a product instance, and its authorization code once more as a file (PI-04).</summary>
public sealed class ShowReservation(Database database, CatalogCache catalogs)
{
    public static void Map(IEndpointRouteBuilder devices)
    {
        devices.MapGet("/{device:long}/reservation", async (long virtualAccount, long device, ShowReservation show, HttpContext context) =>
                (await show.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, device, context.RequestAborted)).ToHttp())
            .Requires(Permission.DeviceView)
            .WithSummary("The reservation of a product instance").Produces<ReservationView>();
        devices.MapGet("/{device:long}/reservation/authorization", FileAsync)
            .Requires(Permission.DeviceView)
            .WithSummary("The authorization code of a product instance as the file that it installs")
            .Produces<string>(contentType: MediaTypeNames.Text.Plain);
    }

    public async Task<Verdict<ReservationView>> HandleAsync(Actor actor, long accountId, long virtualAccountId, long deviceId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var row = await db.Reservations.FirstOrDefaultAsync(one => one.AccountId == accountId && one.DeviceId == deviceId && one.VirtualAccountId == virtualAccountId, cancellation);
        var device = await db.Devices.Where(one => one.AccountId == accountId && one.Id == deviceId && one.State == DeviceState.Registered).Select(one => one.DisplayName).FirstOrDefaultAsync(cancellation);
        return row is null || device is null || !actor.May(Permission.DeviceView, accountId, virtualAccountId)
            ? device is null ? GetDevice.NotFound() : Verdict.Refused(RefusalCode.NotFound, "This product instance has no reservation that you can see.")
            : await ReservationView.OfAsync(db, await catalogs.CurrentAsync(cancellation), row, device, cancellation);
    }

    internal static async Task<IResult> FileAsync(long virtualAccount, long device, ShowReservation show, HttpContext context)
    {
        var found = await show.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, device, context.RequestAborted);
        return found.IsOk ? Results.File(Encoding.UTF8.GetBytes(found.Value.Authorization), "text/plain; charset=utf-8", found.Value.FileName) : found.ToHttp();
    }
}
