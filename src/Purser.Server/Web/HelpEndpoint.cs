using Microsoft.AspNetCore.Http.HttpResults;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web.Components;

namespace Purser.Server.Web;

/// <summary>Help for a page: the panel beside it for the script, a page of its own otherwise.</summary>
static class HelpEndpoint
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/help/{page}", Answer).Requires(Permission.Anonymous).ExcludeFromDescription();

    static IResult Answer(string page, HttpContext context)
    {
        if (HelpTexts.Find(page) is not { } html) return Results.NotFound();
        var values = new Dictionary<string, object?> { ["Html"] = html };
        return Partial.Wanted(context) is null
            ? new RazorComponentResult<FullPage>(new Dictionary<string, object?> { ["Content"] = typeof(HelpPage), ["Values"] = values })
            : new RazorComponentResult<HelpPanel>(values);
    }
}
