using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Usage;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Usage.Policies;

namespace Purser.Server.Usage;

/// <param name="License">Null: it tells of something else than use.</param>
/// <param name="Quantity">In use at its end.</param>
/// <param name="Note">What is odd about it; empty: nothing.</param>
public sealed record ReportView(
    string ReportId, string? License, long Quantity, DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateTimeOffset ReceivedAt, ReportSource Source, ReportVerification Verification,
    string SoftwareVersion, string Note);

/// <summary>What is known of a product instance that reports.</summary>
/// <param name="DueAt">By when the next report must be here; null: no requirement.</param>
public sealed record ReportingView(DateTimeOffset AcknowledgedAt, DateTimeOffset? DueAt, bool IsOverdue, long Reports);

/// <summary>The usage reports of a product instance, newest first, and its acknowledgement again.</summary>
public sealed class ListReports(Database database, CatalogCache catalogs, AcknowledgementMint mint, DomainClock clock)
{
    /// <summary>Reports that an acknowledgement which is made again names: what is older the device has dropped long ago.</summary>
    private const int MostAcknowledged = 2_000;

    private static readonly Keyset<ReceivedReport> Newest = Keyset.Descending((ReceivedReport row) => row.ReportId);

    public static void Map(IEndpointRouteBuilder devices)
    {
        devices.MapGet("/{device:long}/usage-reports", async (long virtualAccount, long device, [AsParameters] PageRequest page, ListReports list, HttpContext context) =>
                (await list.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, device, page, context.RequestAborted)).ToHttp())
            .Requires(Permission.DeviceView).WithSummary("List the usage reports of a product instance").Produces<Page<ReportView>>();
        devices.MapGet("/{device:long}/usage-reports/acknowledgement", AcknowledgementAnswerAsync)
            .Requires(Permission.UsageReport).WithSummary("The acknowledgement of all reports of a product instance, to import there").Produces<string>(contentType: "application/xml");
    }

    public async Task<Verdict<Page<ReportView>>> HandleAsync(
        Actor actor, long account, long virtualAccount, long device, PageRequest request, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        if (!actor.May(Permission.DeviceView, account, virtualAccount) || await GetDevice.InPlaceAsync(db, account, virtualAccount, device, cancellation) is null)
        {
            return NotThere();
        }

        var page = await db.ReceivedReports.Where(row => row.AccountId == account && row.DeviceId == device).ToPageAsync(Newest, request, cancellation);
        var catalog = await catalogs.CurrentAsync(cancellation);
        return page.Map(row => ViewOf(row, catalog));
    }

    internal static ReportView ViewOf(ReceivedReport row, CatalogSnapshot catalog) => new(
        row.ReportId.ToString(CultureInfo.InvariantCulture), row.EntitlementId is { } license ? catalog.FindEntitlement(license)?.Name : null, row.Quantity, row.StartsAt,
        row.EndsAt, row.ReceivedAt, row.Source, row.Verification, row.SoftwareVersion, row.Note);

    /// <summary>Null where it never reported.</summary>
    public async Task<ReportingView?> ReportingAsync(long account, long device, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        return await db.ReportingDevices.FirstOrDefaultAsync(row => row.AccountId == account && row.DeviceId == device, cancellation) is { } row
            ? new ReportingView(row.AcknowledgedAt, row.DueAt, row.DueAt < clock.Now, row.Reports)
            : null;
    }

    /// <summary>The file that was lost on its way to the product instance.</summary>
    public async Task<Verdict<(string File, string Text)>> AcknowledgementAsync(Actor actor, long account, long virtualAccount, long device, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        if (!actor.May(Permission.UsageReport, account, virtualAccount) || await GetDevice.InPlaceAsync(db, account, virtualAccount, device, cancellation) is not { } row)
        {
            return NotThere();
        }

        var ids = await db.ReceivedReports.Where(report => report.AccountId == account && report.DeviceId == device)
            .OrderByDescending(report => report.ReportId).Take(MostAcknowledged).Select(report => report.ReportId).ToListAsync(cancellation);
        if (ids.Count == 0)
        {
            return Verdict.Refused(RefusalCode.NotFound, "No usage report of this product instance was received yet.");
        }

        var smart = await db.Accounts.FirstAsync(one => one.Id == account, cancellation);
        var place = await db.VirtualAccounts.FirstAsync(one => one.AccountId == account && one.Id == virtualAccount, cancellation);
        return ($"ACK_{row.UdiSerialNumber}.xml", mint.Make(new Acknowledgement(
            HaUnits.RegisteredUdi(row), row.Piid, [.. ids.Select(id => (ulong)id).Order()], smart.Name, place.Name, clock.Now), await PolicyBook.FindAsync(db, account, cancellation)));
    }

    /// <summary>For programs and for the page.</summary>
    public static async Task<IResult> AcknowledgementAnswerAsync(long virtualAccount, long device, ListReports list, HttpContext context)
    {
        var made = await list.AcknowledgementAsync(context.Actor(), context.Account().Id, virtualAccount, device, context.RequestAborted);
        return made.IsOk
            ? TypedResults.File(Encoding.UTF8.GetBytes(made.Value.Text), "application/xml", made.Value.File)
            : Problems.Of(made.Refusal!);
    }

    private static Refusal NotThere() => Verdict.Refused(RefusalCode.NotFound, "There is no such product instance in a virtual account that you may see.");
}
