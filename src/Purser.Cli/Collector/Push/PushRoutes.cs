using System.Globalization;
using System.Net.Mime;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Purser.Protocol.Push;

namespace Purser.Cli.Collector.Push;

/// <summary>Where devices push: the address that a configuration written for the original names (device reference 2.8).</summary>
internal static class PushRoutes
{
    public const string Root = "/cslu/v1";

    private const string Limit = "push";
    private const int Burst = 40;
    private const int PerSecond = 4;

    /// <summary>A device that is beside itself does not keep the others out: each address has so many messages.</summary>
    public static void AddLimit(IServiceCollection services) => services.AddRateLimiter(static limiter =>
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = static (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = (Burst / PerSecond).ToString(CultureInfo.InvariantCulture);
            return ValueTask.CompletedTask;
        };
        limiter.AddPolicy(Limit, static context => RateLimitPartition.GetTokenBucketLimiter(context.Connection.RemoteIpAddress, static _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Burst, TokensPerPeriod = PerSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0,
        }));
    });

    public static void Map(WebApplication app, AnswerPush answer)
    {
        app.MapGet(Root + "/health", static () => TypedResults.Json(new { status = PushStatus.Ok }));
        app.MapPost(Root + "/pi", context => PushAsync(context, answer)).RequireRateLimiting(Limit);

        // The tenant names an account of a satellite; a collector has one.
        app.MapPost(Root + "/pi/{tenant}", context => PushAsync(context, answer)).RequireRateLimiting(Limit);
    }

    private static async Task PushAsync(HttpContext context, AnswerPush answer)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = PushLimits.BodyBytes;
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (BadHttpRequestException problem)
        {
            context.Response.StatusCode = problem.StatusCode;
            return;
        }

        var read = PushRequest.Read(body.GetBuffer().AsSpan(0, (int)body.Length));
        if (!read.IsOk)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.ContentType = MediaTypeNames.Text.Plain;
            await context.Response.WriteAsync(read.Detail + "\n", context.RequestAborted);
            return;
        }

        var reply = (await answer.RunAsync(read.Value.Message, context.RequestAborted)).Write();
        context.Response.ContentType = MediaTypeNames.Application.Json;
        await context.Response.Body.WriteAsync(reply, context.RequestAborted);
    }
}
