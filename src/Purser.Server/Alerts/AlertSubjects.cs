using Purser.Server.Licenses;

namespace Purser.Server.Alerts;

/// <summary>What an alert is about, as one text: the key by which the open occurrence is found again.</summary>
public static class AlertSubjects
{
    public const string Agreement = "agreement";

    public const string Integrity = "integrity";

    public static string Insufficient(PoolKey pool) => $"insufficient:{pool.VirtualAccountId}:{pool.EntitlementId}:{pool.Billing}";

    public static string UpgradePending(PoolKey pool) => $"upgrade-pending:{pool.VirtualAccountId}:{pool.EntitlementId}";

    public static string Duplicate(long virtualAccountId, long entitlementId) => $"duplicate:{virtualAccountId}:{entitlementId}";

    public static string Threshold(PoolKey pool) => $"threshold:{pool.VirtualAccountId}:{pool.EntitlementId}:{pool.Billing}";

    public static string Expiring(long virtualAccountId, long entitlementId, DateTimeOffset end) =>
        $"expiring:{virtualAccountId}:{entitlementId}:{end.ToUnixTimeSeconds()}";

    public static string Expired(long virtualAccountId, long entitlementId, DateTimeOffset end) =>
        $"expired:{virtualAccountId}:{entitlementId}:{end.ToUnixTimeSeconds()}";

    public static string Silence(long deviceId) => $"silence:{deviceId}";
}
