using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Purser.Server.Http;

namespace Purser.Server.Feedback;

/// <summary>How much somebody can write to the operator: counted in memory only, so that anonymous feedback leaves no trace.</summary>
internal static class FeedbackLimit
{
    public const string Policy = "feedback";

    private const int PerHour = 10;

    public static void Add(IServiceCollection services) => services.AddRateLimiter(options => options.AddPolicy(Policy, context =>
        RateLimitPartition.GetFixedWindowLimiter(
            context.ActorOrNull() is { } actor ? $"{actor.Kind} {actor.Id}" : context.Connection.RemoteIpAddress?.ToString() ?? "",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = PerHour, Window = TimeSpan.FromHours(1) })));
}
