using Microsoft.AspNetCore.Mvc;
using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Usage.Authorizations;
using Purser.Server.Web;

namespace Purser.Server.Usage.Pages;

/// <summary>What the pages of authorization codes post to.</summary>
public static class AuthorizationForms
{
    private const string Inventory = "/accounts/{account}/inventory/{virtualAccount:long}";
    private const string OfDevice = Inventory + "/devices/{device:long}/authorization-code";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Inventory + "/authorization-requests", UploadAsync).Requires(Permission.LicenseReserve).WithMetadata(new RequestSizeLimitAttribute(AuthorizationRequestFile.MaximumBytes));
        routes.MapPost(OfDevice + "/confirm", (long virtualAccount, long device, IFormCollection form, HttpContext context, DeviceAuthorization show) =>
            ActAsync(virtualAccount, device, form, context, show, (udi, code) => new AuthorizationRequest(udi, [], ConfirmationCode: code), isReturn: false)).Requires(Permission.LicenseReserve);
        routes.MapPost(OfDevice + "/return", (long virtualAccount, long device, IFormCollection form, HttpContext context, DeviceAuthorization show) =>
            ActAsync(virtualAccount, device, form, context, show, (udi, code) => new AuthorizationRequest(udi, [], ReturnCode: code), isReturn: true)).Requires(Permission.LicenseReserve);
        routes.MapGet(OfDevice + "/file", DeviceAuthorization.FileAsync).Requires(Permission.LicenseReserve);
    }

    private static async Task<IResult> UploadAsync(long virtualAccount, IFormCollection form, HttpContext context, AuthorizeDevices authorize)
    {
        var values = new Dictionary<string, object?> { ["VirtualAccount"] = virtualAccount };
        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            values["Errors"] = FormErrors.At("file", "Choose the file that the product instance saved.");
            return PageAnswer.Refused<AuthorizePage>(values);
        }

        var done = await authorize.FileAsync(context.Command(AuthorizeDevices.Name, new { }), virtualAccount, await UploadedText.ReadAsync(file, context.RequestAborted), context.RequestAborted);
        values[done.IsOk ? "Done" : "Errors"] = done.IsOk ? done.Value : FormErrors.Of(done.Refusal!);
        return done.IsOk ? PageAnswer.Page<AuthorizePage>(values) : PageAnswer.Refused<AuthorizePage>(values);
    }

    private static async Task<IResult> ActAsync(
        long virtualAccount, long device, IFormCollection form, HttpContext context, DeviceAuthorization show, Func<Udi, string, AuthorizationRequest> request, bool isReturn)
    {
        var code = form["code"].ToString().Trim();
        var done = code.Length == 0
            ? Verdict.Refused(RefusalCode.CodeInvalid, "Enter the code that the product instance shows.", "code")
            : await show.ActAsync(context.Command(AuthorizeDevices.Name, new { device }), virtualAccount, device, udi => request(udi, code), context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, InventoryLinks.Tab(context.Account().Domain, virtualAccount, "devices"), new Toast(done.Value.Message))
            : PageAnswer.Refused<AuthorizationCodePage>(new() { ["VirtualAccount"] = virtualAccount, ["Device"] = device, ["IsReturn"] = isReturn, ["Typed"] = code, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }
}
