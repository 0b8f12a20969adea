using Purser.Server.Store;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>What happened to an alert. The database writes it beside the alert itself, whoever wrote that (0003_alert_changes.sql).</summary>
public enum AlertChangeKind
{
    Opened,
    BecameMajor,
    Closed,
}

/// <summary>A change of an alert that has not been told to the outside yet.</summary>
public sealed class AlertChange : ITenantRow
{
    public long AccountId { get; set; }
    public long AlertId { get; set; }
    public AlertChangeKind Change { get; set; }
}

/// <summary>An address of the account's own that is told of its alerts (AL-04).</summary>
public sealed class Webhook : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public required string Name { get; set; }
    public required string Url { get; set; }
    public required byte[] SealedSecret { get; set; }

    /// <summary>The secret before it signs too until then, so that receivers can be changed without a gap. Machine time.</summary>
    public byte[]? SealedPreviousSecret { get; set; }
    public DateTimeOffset? PreviousSecretEndsAt { get; set; }

    /// <summary>This level and the more severe ones.</summary>
    public AlertLevel LeastLevel { get; set; }

    /// <summary>Null: the account's own alerts and those of all virtual accounts.</summary>
    public long? VirtualAccountId { get; set; }

    /// <summary>Changes within so many minutes go out together; 0: each at once.</summary>
    public int GroupMinutes { get; set; }

    /// <summary>Minutes of the day in <see cref="Zone"/>; null: no quiet hours.</summary>
    public int? QuietFrom { get; set; }
    public int? QuietTo { get; set; }
    public string Zone { get; set; } = "";

    /// <summary>Major alerts do not wait for the end of the quiet hours.</summary>
    public bool MajorAlways { get; set; }
    public bool IsPaused { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

public enum DeliveryState
{
    Waiting,
    Delivered,

    /// <summary>Given up; it can be sent again from the log.</summary>
    Failed,
}

/// <summary>One message to a webhook: what is sent, and what became of it.</summary>
public sealed class WebhookDelivery : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public long WebhookId { get; set; }
    public DeliveryState State { get; set; }

    /// <summary>The body, the same at every try.</summary>
    public required string Body { get; set; }

    /// <summary>Changes of alerts in it; 0 for a trial.</summary>
    public int Count { get; set; }

    /// <summary>Domain time.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    public int Attempts { get; set; }

    /// <summary>Machine time, as everything about sending is: not before this. While a node works on it, when its lease ends.</summary>
    public DateTimeOffset NextTryAt { get; set; }
    public DateTimeOffset? DeliveredAt { get; set; }

    /// <summary>The status of the last answer; null where none came.</summary>
    public int? Status { get; set; }
    public string LastError { get; set; } = "";
}
