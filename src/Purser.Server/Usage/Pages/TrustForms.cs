using Microsoft.AspNetCore.Mvc;
using Purser.Protocol.Trust;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Usage.Trust;
using Purser.Server.Web;

namespace Purser.Server.Usage.Pages;

/// <summary>What the page "Trust Codes" posts to.</summary>
public static class TrustForms
{
    private const string Inventory = "/accounts/{account}/inventory/{virtualAccount:long}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Inventory + "/trust-requests", UploadAsync).Requires(Permission.UsageReport).WithMetadata(new RequestSizeLimitAttribute(TrustRequestFile.MaximumBytes));
        routes.MapGet(Inventory + "/devices/{device:long}/trust-codes/file", ShowTrust.FileAsync).Requires(Permission.UsageReport);
    }

    private static async Task<IResult> UploadAsync(long virtualAccount, IFormCollection form, HttpContext context, EstablishTrust establish)
    {
        var values = new Dictionary<string, object?> { ["VirtualAccount"] = virtualAccount };
        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            values["Errors"] = FormErrors.At("file", "Choose the file that the product instance saved.");
            return PageAnswer.Refused<TrustPage>(values);
        }

        var done = await establish.FileAsync(context.Command(EstablishTrust.Name, new { }), virtualAccount, await UploadedText.ReadAsync(file, context.RequestAborted), context.RequestAborted);
        values[done.IsOk ? "Done" : "Errors"] = done.IsOk ? done.Value : FormErrors.Of(done.Refusal!);
        return done.IsOk ? PageAnswer.Page<TrustPage>(values) : PageAnswer.Refused<TrustPage>(values);
    }
}
