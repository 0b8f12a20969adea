using Microsoft.AspNetCore.Mvc;
using Purser.Protocol.Bundles;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Usage.Pages;
using Purser.Server.Web;

namespace Purser.Server.Usage.Bundles;

/// <summary>What the page "Bundles of a Collector" posts to.</summary>
public static class BundleForms
{
    private const string All = "/accounts/{account}/inventory/{virtualAccount:long}/usage-bundles";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(All, UploadAsync).Requires(Permission.UsageReport).WithMetadata(new RequestSizeLimitAttribute(BundleLimits.Bytes));
        routes.MapGet(All + "/{bundle:long}/acknowledgements", ShowBundles.AnswerAsync).Requires(Permission.UsageReport);
    }

    private static async Task<IResult> UploadAsync(long virtualAccount, IFormCollection form, HttpContext context, StartBundle start)
    {
        var values = new Dictionary<string, object?> { ["VirtualAccount"] = virtualAccount };
        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            values["Errors"] = FormErrors.At("file", "Choose the file that the collector made: UD_SA_….tar.gz.");
            return PageAnswer.Refused<BundlesPage>(values);
        }

        using var content = new MemoryStream();
        await file.CopyToAsync(content, context.RequestAborted);
        var done = await start.HandleAsync(context.Command(StartBundle.Name, new { }), virtualAccount, content.ToArray(), context.RequestAborted);
        if (done.IsOk)
        {
            return PageAnswer.Done(context, UsageLinks.Bundle(context.Account().Domain, virtualAccount, done.Value.Id), new Toast("The bundle was taken in."));
        }

        values["Errors"] = FormErrors.Of(done.Refusal!);
        return PageAnswer.Refused<BundlesPage>(values);
    }
}
