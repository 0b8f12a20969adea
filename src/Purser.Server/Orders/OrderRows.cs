using Purser.Server.Store;

namespace Purser.Server.Orders;

/// <summary>An order as the vendor's order system booked it (OR-01).</summary>
public sealed class Order : IDirectoryRow
{
    public long Id { get; set; }
    public required string Number { get; set; }
    public string WebOrderId { get; set; } = "";
    public string PurchaseOrder { get; set; } = "";
    public string CustomerName { get; set; } = "";
    public string ShipToCountry { get; set; } = "";
    public DateTimeOffset BookedAt { get; set; }
    public required string BookedBy { get; set; }
}

/// <summary>A line of an order: its own Smart Account and virtual account, deposited on booking.</summary>
public sealed class OrderLine : IDirectoryRow
{
    public long OrderId { get; set; }
    public int LineNumber { get; set; }
    public long SkuId { get; set; }
    public long Quantity { get; set; }

    /// <summary>Null where the SKU does not demand an account and none was named: booked, nothing deposited.</summary>
    public long? AccountId { get; set; }
    public long? VirtualAccountId { get; set; }
    public DateOnly? StartsOn { get; set; }
    public DateOnly? EndsOn { get; set; }
    public string SubscriptionId { get; set; } = "";

    /// <summary>Its licenses come with the shipment, reserved on the products that are shipped (domain rules 8.10); nothing is deposited on booking.</summary>
    public bool FactoryReserved { get; set; }

    /// <summary>Units of a factory-reserved line that have been shipped.</summary>
    public long Shipped { get; set; }

    /// <summary>The ledger transaction that deposited the line's licenses.</summary>
    public long? TransactionId { get; set; }
}
