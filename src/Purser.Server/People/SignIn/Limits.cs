using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Purser.Server.Settings;

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
public sealed class FailureBrake() : FailureCount(10, TimeSpan.FromMinutes(1));

/// <summary>
/// Counts wrong passwords of names that nobody has here yet, as the lock-out does for those who are known: a directory would otherwise be asked
/// about them for ever, from however many places.
/// </summary>
public sealed class UnknownNames(PurserSettings settings) : FailureCount(settings.Security.LockoutAttempts, TimeSpan.FromMinutes(settings.Security.LockoutMinutes));

/// <summary>Failures at doors; each door has its own count and window.</summary>
public abstract class FailureCount(int most, TimeSpan window) : IDisposable
{
    private readonly PartitionedRateLimiter<string> failures = PartitionedRateLimiter.Create<string, string>(door =>
        RateLimitPartition.GetFixedWindowLimiter(door, _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = window }));

    /// <summary>May another attempt be made?</summary>
    public bool IsFree(string door)
    {
        using var lease = failures.AttemptAcquire(door, permitCount: 0);
        return lease.IsAcquired;
    }

    public void Count(string door) => failures.AttemptAcquire(door).Dispose();

    public void Dispose()
    {
        failures.Dispose();
        GC.SuppressFinalize(this);
    }
}
