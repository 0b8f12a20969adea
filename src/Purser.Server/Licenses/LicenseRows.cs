using Purser.Server.Catalog;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

public enum Billing
{
    Prepaid,
    Usage,
}

public enum LineState
{
    Active,

    /// <summary>Acquired, but its term has not begun: in no pool (domain rules 1.2).</summary>
    Future,

    /// <summary>An upgrade that was bought, but of which it is not said yet what it replaces: pending in its pool (domain rules 6.1).</summary>
    UpgradePending,

    /// <summary>Nothing is left of it: it was upgraded, or replaced by an upgrade.</summary>
    Upgraded,
    Expired,
    Removed,

    /// <summary>Its subscription was canceled and has ended.</summary>
    Canceled,

    /// <summary>All that was left of it went to another Smart Account (SA-15).</summary>
    Moved,
}

/// <summary>How a line was acquired: the eight sources of H 4, shown by <see cref="LicenseNames"/>.</summary>
public enum LineSource
{
    Order,
    ManualFulfillment,
    DeviceMigration,
    DlcDeviceMigration,
    PakMigration,
    EaMigration,
    DeviceTransfer,
    DeviceRequest,
}

/// <summary>A quantity of one entitlement acquired in one act, with its terms and its source's own columns (design 2). Never copied.</summary>
public sealed class LicenseLine : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public long EntitlementId { get; set; }
    public Billing Billing { get; set; }
    public LicenseType LicenseType { get; set; }

    /// <summary>Units acquired, without those that went on to another Smart Account; what is left of them lies in the holdings.</summary>
    public long Quantity { get; set; }
    public LineState State { get; set; }
    public DateTimeOffset AcquiredAt { get; set; }
    public DateOnly? StartsOn { get; set; }
    public DateOnly? EndsOn { get; set; }

    /// <summary>The instant at which the line leaves the pool (domain rules 2.3); null for perpetual.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>Its subscription was canceled then: it ends at <see cref="EndsAt"/> for good.</summary>
    public DateTimeOffset? CanceledAt { get; set; }
    public LineSource Source { get; set; }
    public string OrderNumber { get; set; } = "";
    public string OrderLine { get; set; } = "";

    /// <summary>The order's number in the shop, by which people know it too.</summary>
    public string WebOrderId { get; set; } = "";
    public string PurchaseOrder { get; set; } = "";
    public string Sku { get; set; } = "";
    public string ProductFamily { get; set; } = "";
    public string CustomerName { get; set; } = "";
    public string ShipToCountry { get; set; } = "";
    public string SubscriptionId { get; set; } = "";

    // The columns of the other sources (help ch. 4): what was converted, migrated or asked for by a device.
    public string ProductSku { get; set; } = "";
    public string ProductSerial { get; set; } = "";
    public string DeviceDetails { get; set; } = "";
    public string Pak { get; set; } = "";
    public string SuiteName { get; set; } = "";
    public string SourceTransactionId { get; set; } = "";

    /// <summary>It was bought as an upgrade, whose units are pending until it is said what they replace; what comes of them are other lines.</summary>
    public bool IsUpgrade { get; set; }

    /// <summary>Where its units came from, if they came from another Smart Account: what goes back there joins that line again.</summary>
    public long? CameFromAccountId { get; set; }
    public long? CameFromLineId { get; set; }
}

/// <summary>How many units of a line lie in a virtual account, and how many of those are bound to a device.</summary>
public sealed class Holding : ITenantRow
{
    public long AccountId { get; set; }
    public long LineId { get; set; }
    public long VirtualAccountId { get; set; }
    public long EntitlementId { get; set; }
    public long Held { get; set; }
    public long Firm { get; set; }
    public long InTransition { get; set; }
    public long Locked { get; set; }

    /// <summary>What the line itself could still give (domain rules 1.4).</summary>
    public long Free => Held - Firm - InTransition - Locked;
}

public enum EntryKind
{
    Deposit,
    Removal,
    Transfer,
    Expiry,
    Undo,

    /// <summary>An upgrade used units up: pending ones that became licenses, or what these replace. Its deposit is of the same transaction.</summary>
    Upgrade,

    /// <summary>With their virtual account, units went to another Smart Account: its book has the arrival, of the same transaction.</summary>
    Departure,
    Arrival,
}

public enum EndKind
{
    Source,
    VirtualAccount,
    Reservation,
    InTransition,
    Sink,

    /// <summary>Another Smart Account.</summary>
    Account,
}

/// <summary>One line of the book: units of a line went from one end to another. Append-only, chained by hash per account.</summary>
public sealed class LedgerEntry : ITenantRow
{
    public long AccountId { get; set; }
    public long Seq { get; set; }
    public long TransactionId { get; set; }
    public EntryKind Kind { get; set; }
    public DateTimeOffset At { get; set; }
    public long LineId { get; set; }
    public long EntitlementId { get; set; }
    public long Quantity { get; set; }
    public EndKind FromKind { get; set; }

    /// <summary>The virtual account, reservation, Smart Account …; 0 for sources and sinks.</summary>
    public long FromId { get; set; }
    public EndKind ToKind { get; set; }
    public long ToId { get; set; }

    /// <summary>"Order", "Manual Fulfillment", "expired", "removed": what the transactions page shows as source or reason.</summary>
    public required string Reason { get; set; }
    public required string ActorName { get; set; }
    public bool ActorIsStaff { get; set; }
    public string Notes { get; set; } = "";
    public required byte[] Hash { get; set; }
}

/// <summary>The projection over holdings and uses of (virtual account × entitlement × billing), from which balance and compliance follow.</summary>
public sealed class Pool : ITenantRow
{
    public long AccountId { get; set; }
    public long VirtualAccountId { get; set; }
    public long EntitlementId { get; set; }
    public Billing Billing { get; set; }
    public long Purchased { get; set; }
    public long Pending { get; set; }
    public long Firm { get; set; }
    public long InTransition { get; set; }
    public long Uncovered { get; set; }

    /// <summary>Restricted licenses bound to devices; part of <see cref="InUse"/> (domain rules 1.2).</summary>
    public long Locked { get; set; }
    public long InUse { get; set; }

    /// <summary>Since when the balance is negative; null while in compliance.</summary>
    public DateTimeOffset? ShortSince { get; set; }

    /// <summary>An alert is raised when so many percent are in use, or when fewer than so many are left (AL-04).</summary>
    public int? WarnAtPercent { get; set; }
    public long? WarnBelow { get; set; }

    /// <summary>Since when one of these holds.</summary>
    public DateTimeOffset? ThresholdSince { get; set; }

    public long Reserved => Firm + InTransition + Uncovered;

    /// <summary>Units that cover shortages of lower tiers here (domain rules 5).</summary>
    public long Lent { get; set; }

    /// <summary>Units of higher tiers that cover a shortage of this one.</summary>
    public long Borrowed { get; set; }

    /// <summary>Without what tiers lend each other. What is billed by usage has neither surplus nor shortage (domain rules 1.8).</summary>
    public long OwnBalance => Billing == Billing.Usage ? 0 : Purchased - InUse - Reserved;

    /// <summary>Surplus or shortage, after substitution (domain rules 5.2).</summary>
    public long Balance => OwnBalance - Lent + Borrowed;

    public long Available => Math.Max(0, Balance);

    public long Shortage => Math.Max(0, -Balance);

    /// <summary>The balance if so many units came or, negative, left: own use comes first, lent units are taken back, borrowed ones go back.</summary>
    public long BalanceAfter(long difference)
    {
        var own = OwnBalance + difference;
        return own - Math.Min(Lent, Math.Max(0, own)) + Math.Min(Borrowed, Math.Max(0, -own));
    }
}

/// <summary>What a product instance asks for of one entitlement. Demand may exceed supply (domain rules 1.5).</summary>
public sealed class LicenseUse : ITenantRow
{
    public long AccountId { get; set; }
    public long DeviceId { get; set; }
    public long EntitlementId { get; set; }

    /// <summary>Where the device sits, repeated here so that a pool's devices are one index range.</summary>
    public long VirtualAccountId { get; set; }

    /// <summary>In which row of the license it counts: by usage only where reports tell of it and such a subscription lies there (domain rules 2.5).</summary>
    public Billing Billing { get; set; }
    public long Requested { get; set; }

    /// <summary>Requested, but released after 90 days of silence: counts for nothing until the device is heard again (domain rules 7.4).</summary>
    public bool Released { get; set; }

    /// <summary>Restricted licenses that are bound to the device: neither silence nor removal releases them (domain rules 9.3, 9.4).</summary>
    public bool IsLocked { get; set; }

    /// <summary>"name/id" of the application that a peer stands by for; null where the license is not shared (domain rules 7.8).</summary>
    public string? Application { get; set; }
    public ApplicationRole? ApplicationRole { get; set; }

    /// <summary>"product/UDI" of this product instance and of the peer that it names: two are a pair where each names the other.</summary>
    public string? UnitKey { get; set; }
    public string? PeerKey { get; set; }

    /// <summary>The peer's use is counted for both, this one is not.</summary>
    public bool Covered { get; set; }

    /// <summary>Units that it adds to its pool's figure.</summary>
    public long Counted => Released || Covered ? 0 : Requested;

    internal PoolKey Pool => new(VirtualAccountId, EntitlementId, Billing);

    /// <summary>When the present quantity was first asked for: orders devices in the explanation of a shortage.</summary>
    public DateTimeOffset Since { get; set; }
}

public enum ApplicationRole
{
    Active,
    Standby,
}

/// <summary>
/// Units of a line that are locked to a product instance. A use that is locked has as many as it requested; fewer only where a term ended and
/// nothing was free to take its place (domain rules 9.7).
/// </summary>
public sealed class LicenseLock : ITenantRow
{
    public long AccountId { get; set; }
    public long DeviceId { get; set; }
    public long LineId { get; set; }
    public long EntitlementId { get; set; }

    /// <summary>Where the device sits, and so the units.</summary>
    public long VirtualAccountId { get; set; }
    public long Quantity { get; set; }
}

/// <summary>
/// A pool's figures at the end of each hour in which they changed. Charts read it, and whoever asks how it was on a past day: so it has all that the
/// license table shows (LI-14).
/// </summary>
public sealed class PoolHistory : ITenantRow
{
    public long AccountId { get; set; }
    public long VirtualAccountId { get; set; }
    public long EntitlementId { get; set; }
    public Billing Billing { get; set; }

    /// <summary>Start of the hour.</summary>
    public DateTimeOffset Hour { get; set; }
    public long Purchased { get; set; }
    public long InUse { get; set; }
    public long Reserved { get; set; }
    public long PeakInUse { get; set; }
    public long Pending { get; set; }

    /// <summary>Part of <see cref="Reserved"/>.</summary>
    public long InTransition { get; set; }
    public long Lent { get; set; }
    public long Borrowed { get; set; }

    /// <summary>Since when the balance is negative; null while in compliance.</summary>
    public DateTimeOffset? ShortSince { get; set; }

    /// <summary>When a shortage last ended in this hour; null where none did.</summary>
    public DateTimeOffset? RecoveredAt { get; set; }

    public long Balance => Billing == Billing.Usage ? 0 : Purchased - InUse - Reserved - Lent + Borrowed;
}
