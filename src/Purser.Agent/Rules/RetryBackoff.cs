using Purser.Protocol.Wire;

namespace Purser.Agent.Rules;

/// <summary>When to repeat what found no answer (device reference 2.5: 30 seconds for an authorization, 15 minutes for an identity renewal).</summary>
public static class RetryBackoff
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    public static readonly TimeSpan IdentityRenewal = TimeSpan.FromMinutes(15);

    /// <param name="type">Of the message.</param>
    /// <param name="attempts">Failed so far, at least 1.</param>
    /// <param name="asked">What the server asked for, if it did.</param>
    public static TimeSpan After(RequestType type, int attempts, TimeSpan? asked)
    {
        if (asked is { } wish)
        {
            return wish < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wish < Longest ? wish : Longest;
        }

        if (type == RequestType.IdCertRenewal)
        {
            return IdentityRenewal;
        }

        return After(attempts);
    }

    /// <summary>Twice as long each time.</summary>
    /// <param name="attempts">Failed so far, at least 1.</param>
    public static TimeSpan After(int attempts)
    {
        var doubled = First * Math.Pow(2, Math.Clamp(attempts - 1, 0, 10));
        return doubled < Longest ? doubled : Longest;
    }
}
