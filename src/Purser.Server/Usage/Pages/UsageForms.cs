using Microsoft.AspNetCore.Mvc;
using Purser.Protocol.Usage;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Usage.Pages;

/// <summary>What the page "Upload Usage Reports" posts to.</summary>
public static class UsageForms
{
    private const string Inventory = "/accounts/{account}/inventory/{virtualAccount:long}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Inventory + "/usage-reports", UploadAsync).Requires(Permission.UsageReport).WithMetadata(new RequestSizeLimitAttribute(ReportFile.MaximumBytes));
        routes.MapGet(Inventory + "/devices/{device:long}/usage-reports/{report:long}/file", ShowReport.FileAsync).Requires(Permission.DeviceView);
        routes.MapGet(Inventory + "/devices/{device:long}/usage-reports/acknowledgement", ListReports.AcknowledgementAnswerAsync).Requires(Permission.UsageReport);
    }

    private static async Task<IResult> UploadAsync(long virtualAccount, IFormCollection form, HttpContext context, ReceiveReports receive)
    {
        var values = new Dictionary<string, object?> { ["VirtualAccount"] = virtualAccount };
        var files = form.Files.GetFiles("file").Where(file => file.Length > 0).ToList();
        if (files.Count == 0)
        {
            values["Errors"] = FormErrors.At("file", "Choose the file that the product instance saved.");
            return PageAnswer.Refused<UploadReportsPage>(values);
        }

        var read = new List<ReceiveReports.NamedFile>();
        foreach (var file in files)
        {
            read.Add(new ReceiveReports.NamedFile(Path.GetFileName(file.FileName), await UploadedText.ReadAsync(file, context.RequestAborted)));
        }

        var done = await receive.FilesAsync(context.Command(ReceiveReports.Name, new { }), virtualAccount, ReportSource.Upload, read, context.RequestAborted);
        values[done.IsOk ? "Receipt" : "Errors"] = done.IsOk ? done.Value : FormErrors.Of(done.Refusal!);
        return done.IsOk ? PageAnswer.Page<UploadReportsPage>(values) : PageAnswer.Refused<UploadReportsPage>(values);
    }
}
