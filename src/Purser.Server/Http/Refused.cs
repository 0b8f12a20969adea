using Purser.Server.Commands;

namespace Purser.Server.Http;

/// <summary>Answers a request that was refused before it reached its route: programs get a problem, people a page.</summary>
public static class Refused
{
    public static Task WriteAsync(HttpContext context, Refusal refusal)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RefusalForm>() is { } form)
        {
            return form.WriteAsync(context, refusal);
        }

        if (IsForPeople(context.Request))
        {
            if (refusal.Code == RefusalCode.NotSignedIn)
            {
                context.Response.Redirect($"/sign-in?returnUrl={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
                return Task.CompletedTask;
            }

            // The status page middleware renders the page for this status.
            context.Items[nameof(Refusal)] = refusal;
            context.Response.StatusCode = Refusals.Of(refusal.Code).Status;
            return Task.CompletedTask;
        }

        return Problems.Of(refusal).ExecuteAsync(context);
    }

    /// <summary>Pages and their fragments; everything under the program doors is answered with JSON.</summary>
    public static bool IsForPeople(HttpRequest request) =>
        !Doors.IsForPrograms(request.Path) && !Doors.IsForNobody(request.Path)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
