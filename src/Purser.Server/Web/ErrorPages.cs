using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Web;

/// <summary>Answers without a body become a page for people; programs get a problem document, scripts of our pages the bare status.</summary>
static class ErrorPages
{
    public static void Use(IApplicationBuilder app)
    {
        // A page that has begun to render leaves its renderer behind in the request's services: the error's page needs services of its own.
        app.UseStatusCodePagesWithReExecute("/error/{0}", createScopeForStatusCodePages: true);
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = "/error/500", CreateScopeForErrors = true });
        app.Use((context, next) =>
        {
            if (HasWordsOfItsOwn(context.Request) && context.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
            return next(context);
        });
    }

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes) =>
        routes.Map("/error/{status:int:range(400,599)}", Answer).Requires(Permission.Anonymous).DisableAntiforgery().ExcludeFromDescription();

    static IResult Answer(int status, HttpContext context)
    {
        // The page that began before this one set it, and a renderer adds it without looking.
        context.Response.Headers.Remove("blazor-enhanced-nav");
        return Explain(status, context);
    }

    static IResult Explain(int status, HttpContext context) => WantsPage(context)
        ? new RazorComponentResult<FullPage>(new Dictionary<string, object?>
        {
            ["Content"] = typeof(ErrorPage),
            ["Values"] = new Dictionary<string, object?> { ["Status"] = status, ["Reason"] = ReasonOf(context)?.Detail },
        }) { StatusCode = status }
        : ReasonOf(context) is { } refusal ? Problems.Of(refusal)
        : Results.Problem(statusCode: status);

    static Refusal? ReasonOf(HttpContext context) => context.Items[nameof(Refusal)] as Refusal;

    /// <summary>The scripts of our pages show a message themselves; the addresses for programs answer in their own form, which may be a bare status.</summary>
    static bool HasWordsOfItsOwn(HttpRequest request) => request.Headers.ContainsKey("HX-Request") || Doors.IsForPrograms(request.Path) || Doors.IsForNobody(request.Path);

    static bool WantsPage(HttpContext context) =>
        Refused.IsForPeople(context.Request) && !context.Request.Headers.ContainsKey("HX-Request");
}
