namespace Purser.Protocol;

/// <summary>Status words of a reply (device reference 2.9).</summary>
public static class ReplyStatus
{
    public const string Ok = "OK";

    /// <summary>Nothing was done; correct the clock by the given skew (or wait) and send again.</summary>
    public const string OkTryAgain = "OK_TRY_AGAIN";

    public const string Failed = "FAILED";
}

/// <summary>Per entitlement, as answered to an authorization request.</summary>
public static class EntitlementStatus
{
    public const string InCompliance = "IN_COMPLIANCE";
    public const string OutOfCompliance = "OUT_OF_COMPLIANCE";
    public const string InvalidTag = "INVALID_TAG";
    public const string NotAuthorized = "NOT_AUTHORIZED";
}
