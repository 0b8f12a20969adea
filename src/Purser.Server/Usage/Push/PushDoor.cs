using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Purser.Protocol;
using Purser.Protocol.Push;
using Purser.Protocol.Wire;
using Purser.Server.Commands;
using Purser.Server.Devices.Door;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Usage.Push;

/// <summary>
/// Where product instances that are licensed by policy push what they could save as files instead. The addresses are the published ones (device reference
/// 4.11); what travels there is not published, see docs/wire.md. Every message that can be read gets status 200, also when it is refused.
/// </summary>
public static class PushDoor
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var address in new[] { DeviceAddresses.Push, DeviceAddresses.Push + "/{tenant}" })
        {
            routes.MapPost(address, AnswerAsync).Requires(Permission.DeviceDoor).WithMetadata(new RequestSizeLimitAttribute(PushLimits.BodyBytes + 1)).DisableAntiforgery().ExcludeFromDescription();
        }

        routes.MapGet("/cslu/v1/health", () => TypedResults.Ok(new { status = PushStatus.Ok })).Requires(Permission.DeviceDoor).ExcludeFromDescription();
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, PushDesk desk)
    {
        if (!IsJson(context.Request.ContentType))
        {
            return Problems.Of(Verdict.Refused(RefusalCode.UnsupportedContentType, "A push message is application/json in UTF-8."));
        }

        var request = await ReadAsync(context);
        return request.IsOk
            ? TypedResults.Bytes((await desk.AnswerAsync(request.Value, context.GetRouteValue("tenant") as string, context.RequestAborted)).Write(), "application/json; charset=utf-8")
            : Problems.Of(Verdict.Refused(request.Code == WireCode.TooLarge ? RefusalCode.BodyTooLarge : RefusalCode.MalformedRequest, $"{request.Detail}."));
    }

    private static async Task<WireResult<PushRequest>> ReadAsync(HttpContext context)
    {
        var (buffer, length) = await BoundedBody.ReadAsync(context.Request, PushLimits.BodyBytes, context.RequestAborted);
        try
        {
            return PushRequest.Read(buffer.AsSpan(0, Math.Min(length, buffer.Length)));
        }
        finally
        {
            BoundedBody.Return(buffer);
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Value!.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
