using System.Globalization;
using System.Net.Mime;
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

namespace Purser.Server.Usage;

/// <summary>A unit of the set that used the license.</summary>
/// <param name="Role">Active, Standby or Member.</param>
public sealed record ReportUnitView(string Role, string Udi);

/// <param name="Added">Sub-devices that came to use the license since the measurement before.</param>
/// <param name="Removed">Sub-devices that use it no more.</param>
/// <param name="ClockChangeSeconds">By how much the clock of the product instance was set meanwhile; null: it was not.</param>
/// <param name="Ended">Why it ended, in the product instance's own words; null: it does not say.</param>
public sealed record MeasurementView(
    DateTimeOffset StartsAt, DateTimeOffset EndsAt, long Quantity, IReadOnlyList<string> Added, IReadOnlyList<string> Removed, double? ClockChangeSeconds, string? Ended);

/// <summary>Everything that one usage report says.</summary>
/// <param name="Device">How people call who made it.</param>
/// <param name="SigningType">How it is signed.</param>
public sealed record ReportDetails(ReportView Report, string Device, string Udi, string SoftwareTag, string SigningType, IReadOnlyList<ReportUnitView> Units, IReadOnlyList<MeasurementView> Measurements);

/// <summary>One usage report as it came: measurement by measurement, with the units and sub-devices that it names; or its very text.</summary>
public sealed class ShowReport(Database database, CatalogCache catalogs)
{
    public static void Map(IEndpointRouteBuilder devices)
    {
        devices.MapGet("/{device:long}/usage-reports/{report:long}", async (long virtualAccount, long device, long report, ShowReport show, HttpContext context) =>
                (await show.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, device, report, context.RequestAborted)).ToHttp())
            .Requires(Permission.DeviceView).WithSummary("Show a usage report with its measurements").Produces<ReportDetails>();
        devices.MapGet("/{device:long}/usage-reports/{report:long}/file", FileAsync)
            .Requires(Permission.DeviceView).WithSummary("A usage report exactly as it came").Produces<string>(contentType: MediaTypeNames.Text.Plain);
    }

    public async Task<Verdict<ReportDetails>> HandleAsync(Actor actor, long account, long virtualAccount, long device, long report, CancellationToken cancellation = default)
    {
        if (await FindAsync(actor, account, virtualAccount, device, report, cancellation) is not var (row, name))
        {
            return NotThere();
        }

        var read = SealedReport.Read(row.Text).Value;
        return new ReportDetails(
            ListReports.ViewOf(row, await catalogs.CurrentAsync(cancellation)), DeviceNaming.Plain(name), read.Report.Udi.Display, read.Report.SoftwareTag, read.Signature.SigningType,
            [.. (read.Report.Units ?? []).Select(unit => new ReportUnitView(unit.Role, unit.Udi.Display))], [.. read.Report.Measurements.Select(ViewOf)]);
    }

    /// <summary>For programs and for the page.</summary>
    public static async Task<IResult> FileAsync(long virtualAccount, long device, long report, ShowReport show, HttpContext context) =>
        await show.FindAsync(context.Actor(), context.Account().Id, virtualAccount, device, report, context.RequestAborted) is var (row, _)
            ? TypedResults.File(Encoding.UTF8.GetBytes(row.Text), MediaTypeNames.Text.Plain, string.Create(CultureInfo.InvariantCulture, $"usage-report-{report}.txt"))
            : Problems.Of(NotThere());

    private static MeasurementView ViewOf(Measurement measurement) => new(
        measurement.StartsAt, measurement.EndsAt, measurement.Count, Names(measurement.AddedUnits), Names(measurement.RemovedUnits), measurement.ClockChange?.TotalSeconds,
        string.Join(", ", new[] { measurement.TerminationReason, measurement.CloseReason }.Where(reason => !string.IsNullOrEmpty(reason)).Distinct(StringComparer.Ordinal)) is { Length: > 0 } ended ? ended : null);

    private static IReadOnlyList<string> Names(IReadOnlyList<Protocol.Udi>? units) => [.. (units ?? []).Select(unit => unit.Display)];

    private static Refusal NotThere() => Verdict.Refused(RefusalCode.NotFound, "There is no such usage report of a product instance that you may see.");

    private async Task<(ReceivedReport Row, string Device)?> FindAsync(Actor actor, long account, long virtualAccount, long device, long report, CancellationToken cancellation)
    {
        await using var db = database.Read(account);
        return actor.May(Permission.DeviceView, account, virtualAccount) && await GetDevice.InPlaceAsync(db, account, virtualAccount, device, cancellation) is { } found
            && await db.ReceivedReports.FirstOrDefaultAsync(row => row.AccountId == account && row.DeviceId == device && row.ReportId == report, cancellation) is { } row
            ? (row, found.DisplayName)
            : null;
    }
}
