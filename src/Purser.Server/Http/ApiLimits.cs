using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.RateLimiting;
using Purser.Server.Commands;
using Purser.Server.Settings;

namespace Purser.Server.Http;

/// <summary>How much programs may ask: requests per caller and second, bytes per body.</summary>
public static class ApiLimits
{
    /// <summary>Ample for any command; imports ask for more with a RequestSizeLimit.</summary>
    public const long LargestBody = 4 * 1024 * 1024;

    public static void Add(IServiceCollection services, HttpSettings settings) => services.AddRateLimiter(options =>
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => IsLimited(context.Request.Path)
            ? RateLimitPartition.GetTokenBucketLimiter(CallerOf(context), _ => new TokenBucketRateLimiterOptions
            {
                TokensPerPeriod = settings.ApiRequestsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                TokenLimit = settings.ApiBurst,
                QueueLimit = 0,
            })
            : RateLimitPartition.GetNoLimiter(""));
        options.OnRejected = RejectAsync;
    });

    /// <summary>After routing and after the caller is known.</summary>
    public static void Use(IApplicationBuilder app)
    {
        app.UseRateLimiter();
        app.Use((context, next) => IsLimited(context.Request.Path) && context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is null
            ? LimitBodyAsync(context, next)
            : next(context));
    }

    private static Task LimitBodyAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentLength > LargestBody)
        {
            return Refused.WriteAsync(context, Verdict.Refused(RefusalCode.BodyTooLarge, $"The body may have at most {LargestBody} bytes."));
        }

        // Bodies without a declared length are cut off while they are read.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestBody;
        }

        return next(context);
    }

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellation)
    {
        var context = rejected.HttpContext;
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
        context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);

        // Doors where secrets are tried have a limit of their own.
        await Refused.WriteAsync(context, context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is null
            ? Verdict.Refused(RefusalCode.TooManyRequests, $"You ask faster than this server answers one caller. Go on after {wait} s.")
            : Verdict.Refused(RefusalCode.TooManyAttempts, $"Too many attempts from this address. Try again in {wait} s."));
    }

    // The simulator drives its own clock door as fast as it can.
    private static bool IsLimited(PathString path) => Doors.IsForPushes(path) || (Doors.IsForPrograms(path) && !path.StartsWithSegments("/simulation"));

    private static string CallerOf(HttpContext context) => context.ActorOrNull()?.Key ?? $"address:{context.Connection.RemoteIpAddress}";
}
