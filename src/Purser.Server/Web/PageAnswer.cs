using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Purser.Server.Web;

/// <summary>What end points behind forms answer.</summary>
public static class PageAnswer
{
    /// <summary>Done: go to this page, which shows the toast. 303 for a browser's own form, a header for the script's.</summary>
    public static IResult Done(HttpContext context, string url, Toast? toast = null)
    {
        toast?.ShowNext(context);
        if (!context.Request.Headers.ContainsKey("HX-Request")) return new SeeOther(url);
        context.Response.Headers["HX-Redirect"] = url;
        return Results.Ok();
    }

    /// <summary>Refused: the same page again with what was typed and the reasons. A partial update takes the form out of it.</summary>
    public static IResult Refused<TPage>(Dictionary<string, object?> values) where TPage : IComponent =>
        Page(typeof(TPage), values, StatusCodes.Status422UnprocessableEntity);

    public static IResult Page<TPage>(Dictionary<string, object?>? values = null) where TPage : IComponent => Page(typeof(TPage), values, null);

    static RazorComponentResult<FullPage> Page(Type content, Dictionary<string, object?>? values, int? status) =>
        new(new Dictionary<string, object?> { ["Content"] = content, ["Values"] = values }) { StatusCode = status };

    sealed class SeeOther(string url) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = url;
            return Task.CompletedTask;
        }
    }
}
