using Purser.Server.Store;

namespace Purser.Server.Usage;

public enum ReportVerification
{
    /// <summary>Signed by its maker in a way that nobody else can check, or not by the trust key of this product instance.</summary>
    Unverified,

    /// <summary>The signature fits the trust key of the product instance.</summary>
    Verified,
}

/// <summary>A usage report as it came: one row for each report of a product instance, for ever (domain rules 13.2).</summary>
public sealed class ReceivedReport : ITenantRow
{
    public long AccountId { get; set; }
    public long DeviceId { get; set; }

    /// <summary>By which the device knows it: exactly one of each is counted.</summary>
    public long ReportId { get; set; }

    /// <summary>Null: it tells of something else than use.</summary>
    public long? EntitlementId { get; set; }
    public ReportVerification Verification { get; set; }
    public required string SigningType { get; set; }
    public required string SoftwareVersion { get; set; }
    public DateTimeOffset StartsAt { get; set; }
    public DateTimeOffset EndsAt { get; set; }

    /// <summary>The count of its last measurement.</summary>
    public long Quantity { get; set; }
    public DateTimeOffset ReceivedAt { get; set; }
    public ReportSource Source { get; set; }

    /// <summary>What is odd about it: a gap, an overlap, a clock that was set. Empty: nothing.</summary>
    public string Note { get; set; } = "";

    /// <summary>Payload and signature, byte for byte.</summary>
    public required string Text { get; set; }
}

/// <summary>How a report got here.</summary>
public enum ReportSource
{
    /// <summary>A person uploaded a file.</summary>
    Upload,

    /// <summary>A program, by the API.</summary>
    Api,

    /// <summary>The product instance itself, over the network.</summary>
    Push,

    /// <summary>Made when the product was shipped: the first one (SP-08).</summary>
    Factory,
}

/// <summary>How many of a license a product instance used from one instant to another, as it reported. Pieces of one license do not overlap.</summary>
public sealed class UsageMeasure : ITenantRow
{
    public long AccountId { get; set; }
    public long DeviceId { get; set; }
    public long EntitlementId { get; set; }
    public DateTimeOffset StartsAt { get; set; }
    public DateTimeOffset EndsAt { get; set; }
    public long Quantity { get; set; }
    public long ReportId { get; set; }
}

/// <summary>What is known of a product instance that reports what it uses.</summary>
public sealed class ReportingDevice : ITenantRow
{
    public long AccountId { get; set; }
    public long DeviceId { get; set; }
    public DateTimeOffset FirstUseAt { get; set; }
    public DateTimeOffset AcknowledgedAt { get; set; }

    /// <summary>By when the next report must be here; null: no requirement.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>Set once it is overdue and people were told.</summary>
    public DateTimeOffset? OverdueSince { get; set; }
    public long Reports { get; set; }

    /// <summary>Keys of the units of its high availability set as it told them last, a line each; empty: it is none.</summary>
    public string Units { get; set; } = "";
}

/// <summary>From then on, until the next: where reports of a product instance tell of. The first may begin in 1970: whenever it was.</summary>
public sealed class ReportingStay : ITenantRow
{
    public long AccountId { get; set; }
    public long DeviceId { get; set; }
    public DateTimeOffset From { get; set; }

    /// <summary>Null: nowhere; its use is told otherwise, or it was removed.</summary>
    public long? VirtualAccountId { get; set; }
}

/// <summary>The answer to a request of the published API, which its sender polls for (API reference 4.4): it stands here until it is forgotten, also across a restart.</summary>
public sealed class UsageExchange : ITenantRow
{
    public long AccountId { get; set; }

    /// <summary>The poll id.</summary>
    public long Id { get; set; }

    /// <summary>Who asked: nobody else gets the answer.</summary>
    public required string Asker { get; set; }

    /// <summary>What was asked for: "acknowledgements".</summary>
    public required string Action { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>JSON.</summary>
    public required string Answer { get; set; }
}
