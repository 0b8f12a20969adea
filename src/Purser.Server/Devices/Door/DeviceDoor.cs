using System.Globalization;
using Microsoft.Net.Http.Headers;
using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Devices.Committing;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.Devices.Door;

/// <summary>
/// Where devices knock. The addresses are the published ones, so that a configuration written for the original points here (device reference 2.8).
/// Every message that can be read gets a signed answer with status 200, also when it is refused; 503 asks to send the same again later.
/// </summary>
public static class DeviceDoor
{
    private const int RetryAfterSeconds = 5;

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var address in DeviceAddresses.Registration)
        {
            routes.MapPost(address, AnswerAsync).Requires(Permission.DeviceDoor).DisableAntiforgery().ExcludeFromDescription();
        }
    }

    private static async Task AnswerAsync(HttpContext context, DeviceDesk desk)
    {
        var cancellation = context.RequestAborted;
        if (!IsAccepted(context.Request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        var (buffer, length) = await BoundedBody.ReadAsync(context.Request, WireLimits.BodyBytes, cancellation);
        try
        {
            if (length > WireLimits.BodyBytes)
            {
                context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return;
            }

            var answer = await desk.AnswerAsync(CallHomeBody.Unwrap(buffer.AsMemory(0, length), context.Request.ContentType), cancellation);
            if (answer is null)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.Headers[HeaderNames.RetryAfter] = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                return;
            }

            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer, cancellation);
        }
        finally
        {
            BoundedBody.Return(buffer);
        }
    }

    /// <summary>JSON, or the XML around it that call home makes.</summary>
    private static bool IsAccepted(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Value is { } media
        && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase) || CallHomeBody.IsXml(media))
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
}
