using Purser.Server.Store;

namespace Purser.Server.Alerts;

public enum AlertLevel
{
    Major,
    Minor,
    Informational,
}

public enum AlertKind
{
    InsufficientLicenses,
    AgreementUpdated,
    AgreementPending,
    LicensesExpiring,
    LicensesExpired,
    DuplicateLicenses,
    UpgradePending,
    FailedToConnect,
    FailedToRenew,
    RestrictedFailedToRenew,
    DeauthorizationFailed,
    RestrictedLicenseNotAvailable,
    ReservedLicenseExpired,
    ReservedLicensesReturned,
    ReservationPending,
    PendingRemoval,
    ConversionIncomplete,
    LicensesNotConverted,
    ConversionFailed,
    AuthorizationPending,
    AuthorizationFileReady,
    UpcomingSyncDeadline,
    SynchronizationOverdue,
    SynchronizationFailed,
    SatelliteRemoved,
    LicenseThreshold,
    UsageReportOverdue,
    IntegrityViolation,
}

public enum AlertState
{
    Open,
    Dismissed,
    Cleared,
}

/// <summary>One occurrence of an alert. At most one is open per subject.</summary>
public sealed class Alert : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public AlertKind Kind { get; set; }
    public AlertLevel Level { get; set; }
    public AlertState State { get; set; }

    /// <summary>What it is about, in one text: "insufficient:12:7". Unique among the open ones of the account.</summary>
    public required string Subject { get; set; }

    /// <summary>Null for alerts of the account itself.</summary>
    public long? VirtualAccountId { get; set; }
    public long? EntitlementId { get; set; }
    public long? DeviceId { get; set; }

    /// <summary>Units concerned, kept current.</summary>
    public long Count { get; set; }

    /// <summary>The warning period in days: 90, 60, 30 … to an expiry; days left to 90 of silence.</summary>
    public int Period { get; set; }
    public required string Message { get; set; }
    public DateTimeOffset RaisedAt { get; set; }

    /// <summary>Null: now.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>Remind later: hidden until then.</summary>
    public DateTimeOffset? HiddenUntil { get; set; }
    /// <summary>The number of the telling in which those who want mails were told; null: not yet, or nobody wanted any then; 0: elsewhere, before it came to this Smart Account.</summary>
    public long? ToldIn { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public string ClosedBy { get; set; } = "";

    /// <summary>Severity, then action due (help ch. 2), as one number made by the database: the order of every list of alerts.</summary>
    public long SortKey { get; private set; }
}
