using System.Text.Json;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Http;

/// <summary>Turns what the framework throws at a bad request, and what the store throws when it is away, into an answer that says so.</summary>
public sealed class RequestFaults(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception fault) when (!context.Response.HasStarted && Explain(fault) is { } refusal)
        {
            context.Response.Clear();
            await Refused.WriteAsync(context, refusal);
        }
    }

    private static Refusal? Explain(Exception fault) => fault switch
    {
        BadHttpRequestException { InnerException: JsonException json } => Verdict.Refused(RefusalCode.MalformedRequest, Sentence(json)),
        BadHttpRequestException bad => Verdict.Refused(CodeOf(bad.StatusCode), bad.Message),
        JsonException json => Verdict.Refused(RefusalCode.MalformedRequest, Sentence(json)),
        _ => StoreFaults.Explain(fault),
    };

    private static RefusalCode CodeOf(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => RefusalCode.BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => RefusalCode.UnsupportedContentType,
        _ => RefusalCode.MalformedRequest,
    };

    /// <summary>Where it is wrong, without names of our types.</summary>
    private static string Sentence(JsonException json) => json.Message.Contains("maximum configured depth", StringComparison.Ordinal)
        ? "The body is nested too deeply."
        : $"The body is not JSON of the expected form at {json.Path ?? "$"}, line {(json.LineNumber ?? 0) + 1}, byte {json.BytePositionInLine ?? 0}.";
}
