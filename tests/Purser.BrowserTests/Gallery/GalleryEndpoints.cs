using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Purser.Server.Commands;
using Purser.Server.Web;
using Purser.Server.Web.Components;

namespace Purser.BrowserTests.Gallery;

static class GalleryEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/gallery/token", ([FromForm] string? description, [FromForm] string days, HttpContext context) =>
            string.IsNullOrWhiteSpace(description)
                ? PageAnswer.Refused<TokenPage>(new() { ["Errors"] = FormErrors.At("description", "Say what the token is for."), ["Days"] = days })
                : PageAnswer.Done(context, "/gallery", new Toast($"Token “{description}” was made.", "/gallery?tab=general", "Show tokens")));
        routes.MapPost("/gallery/remove", IResult ([FromForm] string? none) => throw new InvalidOperationException("The disk is on fire."));
        routes.MapGet("/gallery/search", (string? q) => LicenseRow.All
            .Where(row => row.Name.Contains(q ?? "", StringComparison.OrdinalIgnoreCase)).Select(row => new ComboboxOption(row.Id, row.Name, row.Billing)));
        routes.MapGet("/gallery/failure", IResult () => throw new InvalidOperationException("The disk is on fire."));
        routes.MapGet("/gallery/denied", (HttpContext context) =>
        {
            context.Items[nameof(Refusal)] = Verdict.Refused(RefusalCode.NotAllowed, "This needs the permission to read orders. Ask Mara Lindqvist to grant it.");
            return Results.StatusCode(403);
        });
    }
}
