using Purser.Server.Commands;
using Purser.Server.Http;

namespace Purser.Server.Compat;

/// <summary>
/// How the published API refuses before a call is carried out: 401, 403, 404 and faults without a body, anything else with the envelope
/// (API reference 3.0). On-prem answers 403 to a call without a token (API reference 2.3).
/// </summary>
internal sealed class PublishedRefusals(int statusWithoutToken) : IRefusalForm
{
    public static readonly PublishedRefusals Cloud = new(StatusCodes.Status401Unauthorized);

    public static readonly PublishedRefusals OnPrem = new(StatusCodes.Status403Forbidden);

    public Task WriteAsync(HttpContext context, Refusal refusal)
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
