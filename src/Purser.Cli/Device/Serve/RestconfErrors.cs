using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Purser.Agent.Store;

namespace Purser.Cli.Device.Serve;

/// <summary>Answers in the media type of RFC 8040, errors in its form (7.1).</summary>
internal static class RestconfErrors
{
    public const string MediaType = "application/yang-data+json";

    public static async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsAccepted(context.Request))
        {
            await WriteAsync(context, StatusCodes.Status406NotAcceptable, "operation-not-supported", $"Answers are {MediaType}; this device writes no XML");
            return;
        }

        try
        {
            await next(context);
        }
        catch (BadHttpRequestException problem)
        {
            await WriteAsync(context, problem.StatusCode, problem.StatusCode == StatusCodes.Status413PayloadTooLarge ? "too-big" : "malformed-message", problem.Message);
        }
        catch (Exception problem) when (problem is CommandException or TrustedStoreException)
        {
            await WriteAsync(context, StatusCodes.Status500InternalServerError, "operation-failed", problem.Message);
        }
    }

    /// <summary>Notifications and the first address have types of their own.</summary>
    private static bool IsAccepted(HttpRequest request) =>
        !(request.Path.StartsWithSegments(RestconfRoutes.Data) || request.Path.StartsWithSegments(RestconfRoutes.Operations))
        || request.GetTypedHeaders().Accept is not { Count: > 0 } accepted
        || accepted.Any(static type => type.MatchesAllTypes || (type.Type.Equals("application", StringComparison.OrdinalIgnoreCase) && (type.MatchesAllSubTypes || type.SubType.EndsWith("json", StringComparison.OrdinalIgnoreCase))));

    public static Task AnswerAsync(HttpContext context, JsonNode body)
    {
        context.Response.ContentType = MediaType;
        context.Response.Headers.CacheControl = "no-cache";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    public static Task WriteAsync(HttpContext context, int status, string tag, string message)
    {
        context.Response.StatusCode = status;
        var error = new JsonObject { ["error-type"] = "protocol", ["error-tag"] = tag, ["error-message"] = message };
        return AnswerAsync(context, new JsonObject { ["ietf-restconf:errors"] = new JsonObject { ["error"] = new JsonArray(error) } });
    }
}
