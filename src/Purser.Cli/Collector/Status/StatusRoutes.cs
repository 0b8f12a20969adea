using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Purser.Agent.State;
using Purser.Cli.Collector.Devices;
using Purser.Cli.Collector.Store;
using Purser.Cli.Http;
using Purser.Protocol.Bundles;
using Purser.Protocol.Usage;

namespace Purser.Cli.Collector.Status;

/// <summary>The collector's own pages. Whoever has the password sees them; each form carries a token, so that no other page can send it.</summary>
internal static class StatusRoutes
{
    private const string Pages = "/status";
    private const string ContentPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static void Map(WebApplication app, CollectorWork work)
    {
        app.MapGet("/", static () => TypedResults.Redirect(Pages));
        var pages = app.MapGroup(Pages);
        pages.AddEndpointFilter((context, next) => GuardAsync(context, next, work));
        pages.MapGet("", Act(context => StatusAsync(context, work, null)));
        pages.MapGet("/style.css", static () => TypedResults.Stream(typeof(StatusRoutes).Assembly.GetManifestResourceStream("collector/style.css")!, "text/css"));
        pages.MapGet("/devices", (string? search, long? after, HttpContext context) => DevicesAsync(search, after, context, work));
        pages.MapGet("/devices/{id:long}", (long id, HttpContext context) => DeviceAsync(id, context, work));
        pages.MapPost("/devices/{id:long}/remove", (long id, HttpContext context) => RemoveAsync(id, context, work));
        pages.MapGet("/files/{id:long}/answer", (long id, HttpContext context) => AnswerAsync(id, context, work));
        pages.MapPost("/devices", Act(context => ImportAsync(context, work)));
        pages.MapPost("/files", Act(context => AddAsync(context, work)));
        pages.MapPost("/bundles/export", Act(context => ExportAsync(context, work, isAgain: false)));
        pages.MapPost("/bundles/again", Act(context => ExportAsync(context, work, isAgain: true)));
        pages.MapPost("/bundles/import", Act(context => AnswersAsync(context, work)));
    }

    /// <summary>Taken as it is, a function of the context alone would lose its result.</summary>
    private static Delegate Act(Func<HttpContext, Task<IResult>> act) => act;

    private static async ValueTask<object?> GuardAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next, CollectorWork work)
    {
        var context = call.HttpContext;
        var headers = context.Response.Headers;
        (headers.ContentSecurityPolicy, headers.XContentTypeOptions, headers.CacheControl) = (ContentPolicy, "nosniff", "no-store");
        headers["Referrer-Policy"] = "same-origin";
        var settings = await work.Store.SettingsAsync(context.RequestAborted);
        object? result = null;
        await BasicAccess.CheckAsync(
            context,
            async _ => result = await CheckedAsync(call, next),
            () => settings.Access is { } access ? JsonSerializer.Deserialize<RemoteAccess>(access) : null,
            _ =>
            {
                result = TypedResults.Text(
                    settings.Access is null ? "Nobody may see these pages yet: set a password with 'purser collector password'.\n" : "User name and password of this collector are needed.\n", statusCode: StatusCodes.Status401Unauthorized);
                return Task.CompletedTask;
            });
        return result;
    }

    private static async Task<object?> CheckedAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        if (!HttpMethods.IsPost(call.HttpContext.Request.Method))
        {
            return await next(call);
        }

        try
        {
            await call.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(call.HttpContext);
            return await next(call);
        }
        catch (AntiforgeryValidationException)
        {
            return TypedResults.Text("This form is too old, or came from another page. Open the status page again and send it from there.\n", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> StatusAsync(HttpContext context, CollectorWork work, StatusMessage? message)
    {
        var status = await CollectorStatus.ReadAsync(work.Store, context.RequestAborted);
        await using var db = work.Store.Open();
        var troubled = await db.Devices.Where(device => device.Problem != null).OrderBy(device => device.Id).Take(StatusPage.MostTroubled).ToListAsync(context.RequestAborted);
        var refused = await DeviceLines.FilesAsync(db, file => file.Problem != null || file.DeliveryProblem != null, StatusPage.MostTroubled, context.RequestAborted);
        return Page<StatusPage>(context, new() { ["Status"] = status, ["Troubled"] = troubled, ["Refused"] = refused, ["Message"] = message }, message);
    }

    private static async Task<IResult> DevicesAsync(string? search, long? after, HttpContext context, CollectorWork work)
    {
        await using var db = work.Store.Open();
        var lines = await DeviceLines.ReadAsync(db, search?.Trim() ?? "", after ?? 0, context.RequestAborted);
        return Page<DevicesPage>(context, new() { ["Lines"] = lines, ["Search"] = search?.Trim() ?? "", ["Place"] = await PlaceAsync(work, context.RequestAborted) });
    }

    private static async Task<IResult> DeviceAsync(long id, HttpContext context, CollectorWork work)
    {
        await using var db = work.Store.Open();
        return await db.Devices.FirstOrDefaultAsync(row => row.Id == id, context.RequestAborted) is { } device
            ? Page<DevicePage>(context, new() { ["Device"] = device, ["Place"] = await PlaceAsync(work, context.RequestAborted), ["Files"] = await DeviceLines.FilesAsync(db, file => file.DeviceId == id, DevicePage.MostFiles, context.RequestAborted) })
            : NotThere();
    }

    private static async Task<IResult> RemoveAsync(long id, HttpContext context, CollectorWork work) =>
        await work.Remove.RunAsync(id, context.RequestAborted) is { } problem
            ? await StatusAsync(context, work, StatusMessage.Refused($"Nothing was removed: {problem}."))
            : TypedResults.Redirect(Pages + "/devices");

    private static async Task<IResult> AnswerAsync(long id, HttpContext context, CollectorWork work)
    {
        await using var db = work.Store.Open();
        return await db.Files.Where(file => file.Id == id).Select(file => new { file.Name, file.Answer }).FirstOrDefaultAsync(context.RequestAborted) is { Answer: not null } file
            ? TypedResults.File(Encoding.UTF8.GetBytes(file.Answer), MediaTypeNames.Application.Xml, BundleNames.Acknowledgement(file.Name))
            : NotThere();
    }

    private static async Task<IResult> ImportAsync(HttpContext context, CollectorWork work)
    {
        var (sheet, problem) = await UploadAsync(context, DeviceSheet.MaximumBytes, "a sheet of product instances (CSV)");
        if (problem is not null)
        {
            return await StatusAsync(context, work, problem);
        }

        var done = await work.Import.RunAsync(Encoding.UTF8.GetString(sheet), context.RequestAborted);
        return await StatusAsync(context, work, done.Problems.Count == 0
            ? StatusMessage.Done($"Product instances: {done}.")
            : StatusMessage.Refused("Nothing was taken from the sheet.", done.Problems));
    }

    private static async Task<IResult> AddAsync(HttpContext context, CollectorWork work)
    {
        var (file, problem) = await UploadAsync(context, ReportFile.MaximumBytes, "a file that a product instance saved");
        if (problem is not null)
        {
            return await StatusAsync(context, work, problem);
        }

        var taken = await work.Take.RunAsync(Encoding.UTF8.GetString(file), null, CollectionMethod.File, null, context.RequestAborted);
        return await StatusAsync(context, work, taken.IsOk
            ? StatusMessage.Done($"The file of {taken.Value.Device.Called} was {(taken.Value.IsNew ? "taken" : "here already")}.")
            : StatusMessage.Refused($"{taken.Detail}."));
    }

    private static async Task<IResult> ExportAsync(HttpContext context, CollectorWork work, bool isAgain)
    {
        if (isAgain)
        {
            await work.Export.AgainAsync(context.RequestAborted);
        }

        return await work.Export.RunAsync(static _ => Task.CompletedTask, context.RequestAborted) is { } made
            ? TypedResults.File(made.Content, MediaTypeNames.Application.GZip, made.Name)
            : await StatusAsync(context, work, StatusMessage.Refused("Nothing waits to be carried."));
    }

    private static async Task<IResult> AnswersAsync(HttpContext context, CollectorWork work)
    {
        var (bundle, problem) = await UploadAsync(context, BundleLimits.Bytes, "the bundle of acknowledgements that the authority gave");
        if (problem is not null)
        {
            return await StatusAsync(context, work, problem);
        }

        var taken = await work.Answers.RunAsync(bundle, context.RequestAborted);
        return await StatusAsync(context, work, taken.IsOk
            ? StatusMessage.Done($"Answers: {taken.Value}.")
            : StatusMessage.Refused($"{taken.Detail}."));
    }

    /// <summary>Where product instances go that are set to no virtual account of their own.</summary>
    private static async Task<string> PlaceAsync(CollectorWork work, CancellationToken cancel) =>
        await work.Store.SettingsAsync(cancel) is { IsConnected: true, VirtualAccount: { } place } ? place : "where it is uploaded";

    /// <param name="what">Is to be chosen.</param>
    private static async Task<(byte[] File, StatusMessage? Problem)> UploadAsync(HttpContext context, long most, string what)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form.Files is not [{ Length: > 0 } file, ..])
        {
            return ([], StatusMessage.Refused($"Choose {what}."));
        }

        if (file.Length > most)
        {
            return ([], StatusMessage.Refused($"{file.FileName} has more than {most / 1024 / 1024} MB, and is not {what}."));
        }

        using var content = new MemoryStream();
        await file.CopyToAsync(content, context.RequestAborted);
        return (content.ToArray(), null);
    }

    private static RazorComponentResult<StatusDocument> Page<TPage>(HttpContext context, Dictionary<string, object?> values, StatusMessage? message = null)
    {
        values["Token"] = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        return new RazorComponentResult<StatusDocument>(new Dictionary<string, object?> { ["Content"] = typeof(TPage), ["Values"] = values }) { StatusCode = message is { IsRefusal: true } ? StatusCodes.Status400BadRequest : null };
    }

    private static ContentHttpResult NotThere() => TypedResults.Text("There is no such thing here.\n", statusCode: StatusCodes.Status404NotFound);
}

/// <summary>What a form did.</summary>
public sealed record StatusMessage(bool IsRefusal, string Text, IReadOnlyList<string> Reasons)
{
    public static StatusMessage Done(string text) => new(false, text, []);

    public static StatusMessage Refused(string text, IReadOnlyList<string>? reasons = null) => new(true, text, reasons ?? []);
}
