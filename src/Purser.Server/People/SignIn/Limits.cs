using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace Purser.Server.People.SignIn;

/// <summary>How often one sender may knock at the doors where secrets are tried.</summary>
public static class Limits
{
    public const string TokenEndpoint = "token-endpoint";
    public const string SignIn = "sign-in";

    private const int TokensPerMinute = 120;
    private const int SignInsPerMinute = 30;

    public static void Add(IServiceCollection services) => services.AddRateLimiter(options =>
    {
        options.AddPolicy(TokenEndpoint, context => PerSender(context, TokensPerMinute));
        options.AddPolicy(SignIn, context => PerSender(context, SignInsPerMinute));
    });

    private static RateLimitPartition<string> PerSender(HttpContext context, int perMinute) => RateLimitPartition.GetFixedWindowLimiter(
        context.Connection.RemoteIpAddress?.ToString() ?? "",
        _ => new FixedWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) });
}

/// <summary>Counts failures at one door and closes it for the rest of the minute after ten. What succeeds costs nothing.</summary>
public sealed class FailureBrake : IDisposable
{
    private const int FailuresPerMinute = 10;

    private readonly PartitionedRateLimiter<string> failures = PartitionedRateLimiter.Create<string, string>(door =>
        RateLimitPartition.GetFixedWindowLimiter(
            door, _ => new FixedWindowRateLimiterOptions { PermitLimit = FailuresPerMinute, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>May another attempt be made?</summary>
    public bool IsFree(string door)
    {
        using var lease = failures.AttemptAcquire(door, permitCount: 0);
        return lease.IsAcquired;
    }

    public void Count(string door) => failures.AttemptAcquire(door).Dispose();

    public void Dispose() => failures.Dispose();
}
