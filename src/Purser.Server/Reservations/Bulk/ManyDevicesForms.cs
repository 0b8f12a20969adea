using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Reservations.Bulk;

/// <summary>What the pages of "Reserve for Many Devices" post to.</summary>
public static class ManyDevicesForms
{
    private const string All = "/accounts/{account}/inventory/{virtualAccount:long}/reserve-many";
    private const string Prefix = "each-";

    /// <summary>A file that is somewhat too large is told so where it was chosen; beyond that nothing is taken in.</summary>
    private const long LargestUpload = 4L * BatchFile.LargestFile;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(All, StartAsync).Requires(Permission.LicenseReserve).WithMetadata(new RequestSizeLimitAttribute(LargestUpload));
        routes.MapGet(All + "/sample", BatchSample.AnswerAsync).Requires(Permission.LicenseReserve);
        routes.MapPost(All + "/{batch:long}/retry", RetryAsync).Requires(Permission.LicenseReserve);
        routes.MapPost(All + "/{batch:long}/stop", StopAsync).Requires(Permission.LicenseReserve);
        routes.MapPost(All + "/{batch:long}/delete", DeleteAsync).Requires(Permission.LicenseReserve);
        routes.MapGet(All + "/{batch:long}/archive", BatchArchive.AnswerAsync).Requires(Permission.LicenseReserve);
    }

    /// <summary>The field of a license that each product instance gets.</summary>
    public static string Field(long entitlementId) => Prefix + entitlementId.ToString(CultureInfo.InvariantCulture);

    private static async Task<IResult> StartAsync(long virtualAccount, IFormCollection form, HttpContext context, StartBulkReservation start)
    {
        // Never read, so never in memory.
        if (form.Files["file"] is { Length: > BatchFile.LargestFile })
        {
            return PageAnswer.Refused<ManyDevicesPage>(new() { ["VirtualAccount"] = virtualAccount, ["Csv"] = form["csv"].ToString(), ["Errors"] = FormErrors.At("file", BatchFile.TooLarge) });
        }

        var csv = await TextAsync(form, context.RequestAborted);
        var typed = form.Where(field => field.Key.StartsWith(Prefix, StringComparison.Ordinal) && field.Value.ToString().Trim() is not ("" or "0"))
            .Where(field => long.TryParse(field.Key.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .ToDictionary(field => long.Parse(field.Key.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture), field => field.Value.ToString().Trim());
        var wishes = typed.Select(field => new ReservationWish(
            field.Key.ToString(CultureInfo.InvariantCulture), long.TryParse(field.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0));
        var input = new StartBulkReservation.Input(virtualAccount, csv) { Licenses = [.. wishes] };
        var done = await start.HandleAsync(context.Command(StartBulkReservation.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, PageOf(context, virtualAccount, done.Value.Id), new Toast(done.Value.Total == 1 ? "1 request code was taken in." : $"{Web.Components.Figure.Text(done.Value.Total)} request codes were taken in."))
            : PageAnswer.Refused<ManyDevicesPage>(new()
            {
                ["VirtualAccount"] = virtualAccount, ["Csv"] = csv, ["Quantities"] = typed, ["Wrong"] = done.Refusal!.Items ?? [], ["Errors"] = FormErrors.Of(done.Refusal),
            });
    }

    private static async Task<IResult> RetryAsync(long virtualAccount, long batch, HttpContext context, RetryRefused retry)
    {
        var input = new RetryRefused.Input(virtualAccount, batch);
        var done = await retry.HandleAsync(context.Command(RetryRefused.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, PageOf(context, virtualAccount, batch))
            : PageAnswer.Refused<BatchPage>(new() { ["VirtualAccount"] = virtualAccount, ["Batch"] = batch, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> StopAsync(long virtualAccount, long batch, HttpContext context, StopBatch stop)
    {
        var input = new StopBatch.Input(virtualAccount, batch);
        var done = await stop.HandleAsync(context.Command(StopBatch.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, PageOf(context, virtualAccount, batch), new Toast("The batch was stopped. What is reserved stays."))
            : PageAnswer.Refused<BatchPage>(new() { ["VirtualAccount"] = virtualAccount, ["Batch"] = batch, ["StopErrors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> DeleteAsync(long virtualAccount, long batch, HttpContext context, DeleteBatch delete)
    {
        var input = new DeleteBatch.Input(virtualAccount, batch);
        var done = await delete.HandleAsync(context.Command(DeleteBatch.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, FormattableString.Invariant($"/accounts/{context.Account().Domain}/inventory/{virtualAccount}/reserve-many"), new Toast("The list was deleted. What is reserved stays."))
            : PageAnswer.Refused<BatchPage>(new() { ["VirtualAccount"] = virtualAccount, ["Batch"] = batch, ["DeleteErrors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<string> TextAsync(IFormCollection form, CancellationToken cancellation) =>
        form.Files["file"] is { Length: > 0 } file ? await UploadedText.ReadAsync(file, cancellation) : form["csv"].ToString();

    private static string PageOf(HttpContext context, long virtualAccount, long batch) =>
        FormattableString.Invariant($"/accounts/{context.Account().Domain}/inventory/{virtualAccount}/reserve-many/{batch}");
}
