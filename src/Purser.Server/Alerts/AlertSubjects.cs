using System.Globalization;
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

    /// <summary>The end of the licenses that an alert about their expiry names; null for other alerts.</summary>
    public static DateTimeOffset? EndOf(Alert alert) => alert.Kind is AlertKind.LicensesExpiring or AlertKind.LicensesExpired
        ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(alert.Subject.AsSpan(alert.Subject.LastIndexOf(':') + 1), CultureInfo.InvariantCulture))
        : null;

    /// <summary>A restricted license that a product instance asked for in vain.</summary>
    public static string Restricted(long deviceId, long entitlementId) => $"restricted:{deviceId}:{entitlementId}";

    public static string Deauthorization(long deviceId) => $"deauthorization:{deviceId}";

    public static string ReservedExpired(long deviceId) => $"reserved-expired:{deviceId}";

    public static string UsageReportOverdue(long deviceId) => $"usage-report-overdue:{deviceId}";

    public static string ReservationPending(long deviceId) => $"reservation-pending:{deviceId}";

    public static string PendingRemoval(long deviceId) => $"pending-removal:{deviceId}";

    public static string ReservationReturned(long deviceId) => $"reservation-returned:{deviceId}";

    public static string Silence(long deviceId) => $"silence:{deviceId}";
}
