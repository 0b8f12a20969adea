namespace Purser.Protocol;

/// <summary>Every instant that a device and an authority must agree on (device reference 2.5). Whole seconds, no clock.</summary>
public static class LicensingTimes
{
    /// <summary>Certificates begin this long before their issue, and ends are counted from there, so that two clocks need not agree exactly.</summary>
    public static readonly TimeSpan ClockAllowance = TimeSpan.FromSeconds(300);

    public static readonly TimeSpan IdentityValidity = TimeSpan.FromDays(365);
    public static readonly TimeSpan IdentityRenewalInterval = TimeSpan.FromDays(180);
    public static readonly TimeSpan AuthorizationInterval = TimeSpan.FromDays(30);
    public static readonly TimeSpan OutOfComplianceInterval = TimeSpan.FromHours(12);
    public static readonly TimeSpan AuthorizationValidity = TimeSpan.FromDays(90);

    /// <summary>The device's own evaluation; not the 60 days of a demo license.</summary>
    public static readonly TimeSpan Evaluation = TimeSpan.FromDays(90);

    /// <summary>A message whose timestamp is farther off is answered OK_TRY_AGAIN.</summary>
    public static readonly TimeSpan ToleratedSkew = TimeSpan.FromMinutes(15);

    public static DateTimeOffset WholeSecond(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());

    /// <summary>Whatever number a text has; what no calendar has is its first or its last instant.</summary>
    public static DateTimeOffset OfSeconds(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));

    public static DateTimeOffset NotBefore(DateTimeOffset issued) => issued - ClockAllowance;

    public static DateTimeOffset IdentityExpiry(DateTimeOffset issued) => NotBefore(issued) + IdentityValidity;

    public static DateTimeOffset IdentityRenewal(DateTimeOffset issued) => issued + IdentityRenewalInterval;

    public static DateTimeOffset NextAuthorization(DateTimeOffset authorized, bool inCompliance) =>
        authorized + (inCompliance ? AuthorizationInterval : OutOfComplianceInterval);

    /// <summary>90 days less the allowance, but never beyond the identity that carries it.</summary>
    public static DateTimeOffset AuthorizationDeadline(DateTimeOffset authorized, DateTimeOffset identityExpiry)
    {
        var deadline = authorized - ClockAllowance + AuthorizationValidity;
        return deadline < identityExpiry ? deadline : identityExpiry;
    }

    public static bool IsSkewTolerated(DateTimeOffset stated, DateTimeOffset now) => (stated - now).Duration() <= ToleratedSkew;
}
