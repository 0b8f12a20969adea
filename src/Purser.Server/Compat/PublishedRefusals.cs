using Purser.Server.Commands;
using Purser.Server.Http;

namespace Purser.Server.Compat;

/// <summary>
/// How the published API refuses before a call is carried out: 401, 403, 404 and faults without a body, anything else with the envelope
/// (API reference 3.0). On-prem answers 403 to a call without a token (API reference 2.3), and 401 to one that has gone stale, as the cloud does (2.4).
/// </summary>
internal static class PublishedRefusals
{
    public static readonly RefusalForm Cloud = new((context, refusal) => WriteAsync(context, refusal, StatusCodes.Status401Unauthorized));

    public static readonly RefusalForm OnPrem = new((context, refusal) => WriteAsync(
        context, refusal, context.Request.Headers.Authorization.Count == 0 ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized));

    private static Task WriteAsync(HttpContext context, Refusal refusal, int statusWithoutToken)
    {
        var status = refusal.Code == RefusalCode.NotSignedIn ? statusWithoutToken : Refusals.Of(refusal.Code).Status;
        if (status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound or >= 500)
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }

        return Published.Error(refusal.Detail, status is StatusCodes.Status400BadRequest or StatusCodes.Status429TooManyRequests
            ? status
            : StatusCodes.Status422UnprocessableEntity).ExecuteAsync(context);
    }
}
