using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Usage.Trust;

/// <summary>The trust codes of a product instance: since when, until when, and the file again.</summary>
public sealed class ShowTrust(Database database, AcknowledgementMint mint, DomainClock clock)
{
    /// <param name="Unit">PID and serial number of the unit whose key it is.</param>
    public sealed record View(string Unit, DateTimeOffset ValidFrom, DateTimeOffset ValidUntil);

    public static void Map(IEndpointRouteBuilder devices)
    {
        devices.MapGet("/{device:long}/trust-codes", async (long virtualAccount, long device, ShowTrust show, HttpContext context) =>
                TypedResults.Ok(await show.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, device, context.RequestAborted)))
            .Requires(Permission.DeviceView).WithSummary("List the trust codes of a product instance");
        devices.MapGet("/{device:long}/trust-codes/file", FileAsync)
            .Requires(Permission.UsageReport).WithSummary("The trust codes again, to import on the product instance").Produces<string>(contentType: "application/xml");
    }

    public async Task<IReadOnlyList<View>> HandleAsync(Actor actor, long account, long virtualAccount, long device, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        return actor.May(Permission.DeviceView, account, virtualAccount) && await GetDevice.InPlaceAsync(db, account, virtualAccount, device, cancellation) is not null
            ? [.. (await RowsAsync(db, account, device, cancellation)).Select(row => new View(Protocol.Udi.OfKey(row.Udi).Display, row.ValidFrom, row.ValidUntil))]
            : [];
    }

    /// <summary>For programs and for the page.</summary>
    public static async Task<IResult> FileAsync(long virtualAccount, long device, ShowTrust show, HttpContext context)
    {
        var made = await show.MakeFileAsync(context.Actor(), context.Account().Id, virtualAccount, device, context.RequestAborted);
        return made.IsOk ? TypedResults.File(Encoding.UTF8.GetBytes(made.Value.Text), "application/xml", made.Value.File) : Problems.Of(made.Refusal!);
    }

    private async Task<Verdict<(string File, string Text)>> MakeFileAsync(Actor actor, long account, long virtualAccount, long device, CancellationToken cancellation)
    {
        await using var db = database.Read(account);
        return actor.May(Permission.UsageReport, account, virtualAccount) && await GetDevice.InPlaceAsync(db, account, virtualAccount, device, cancellation) is { } found
            && await RowsAsync(db, account, device, cancellation) is { Count: > 0 } rows
                ? ($"TRUST_{found.UdiSerialNumber}.xml", mint.MakeTrust(rows.Select(row => TrustBook.CodeOf(row, found, clock.Now))))
                : Verdict.Refused(RefusalCode.NotFound, "There is no such product instance with trust codes in a virtual account that you may see.");
    }

    private static Task<List<IssuedTrust>> RowsAsync(PurserContext db, long account, long device, CancellationToken cancellation) =>
        db.IssuedTrusts.Where(row => row.AccountId == account && row.DeviceId == device && row.EndedAt == null).OrderBy(row => row.Id).ToListAsync(cancellation);
}
