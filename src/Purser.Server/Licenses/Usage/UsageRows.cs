using Purser.Server.Store;

namespace Purser.Server.Licenses;

public enum SubscriptionState
{
    /// <summary>Bought, but its first day has not come.</summary>
    Future,
    Active,
    Canceled,
    Expired,
}

/// <summary>
/// A license billed by usage, as a subscription brings it: it has no quantity and is consumed by the month, so it is no line of the book. It may lie
/// in several virtual accounts at once (help ch. 4; domain rules 2.5–2.8).
/// </summary>
public sealed class UsageSubscription : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public long EntitlementId { get; set; }
    public required string SubscriptionId { get; set; }
    public SubscriptionState State { get; set; }
    public DateTimeOffset AcquiredAt { get; set; }
    public DateOnly? StartsOn { get; set; }
    public DateOnly? EndsOn { get; set; }

    /// <summary>The instant at which the right of use ends; null for an open end.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>Canceled, and since when: the right of use ends at <see cref="EndsAt"/>, through which it is paid.</summary>
    public DateTimeOffset? CanceledAt { get; set; }
    public string OrderNumber { get; set; } = "";
    public string OrderLine { get; set; } = "";
    public string Sku { get; set; } = "";
    public string ProductFamily { get; set; } = "";
    public string CustomerName { get; set; } = "";
}

/// <summary>A subscription's license lies in a virtual account.</summary>
public sealed class UsagePlace : ITenantRow
{
    public long AccountId { get; set; }

    /// <summary><see cref="UsageSubscription.Id"/>.</summary>
    public long UsageId { get; set; }
    public long VirtualAccountId { get; set; }
    public long EntitlementId { get; set; }
}

/// <summary>From when until when use in a virtual account was billed by usage: an active subscription of the license lay there (domain rules 2.5).</summary>
public sealed class UsagePeriod : ITenantRow
{
    public long AccountId { get; set; }
    public long VirtualAccountId { get; set; }
    public long EntitlementId { get; set; }
    public DateTimeOffset From { get; set; }

    /// <summary>Null: it still is.</summary>
    public DateTimeOffset? Until { get; set; }
}
