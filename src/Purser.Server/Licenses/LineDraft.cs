namespace Purser.Server.Licenses;

/// <summary>What is deposited in one act.</summary>
public sealed record LineDraft(long EntitlementId, long Quantity, LicenseTerms Terms, LineSource Source)
{
    public string OrderNumber { get; init; } = "";
    public string OrderLine { get; init; } = "";
    public string WebOrderId { get; init; } = "";
    public string PurchaseOrder { get; init; } = "";
    public string Sku { get; init; } = "";
    public string ProductFamily { get; init; } = "";
    public string CustomerName { get; init; } = "";
    public string ShipToCountry { get; init; } = "";
    public string SubscriptionId { get; init; } = "";
    public string ProductSku { get; init; } = "";
    public string ProductSerial { get; init; } = "";
    public string DeviceDetails { get; init; } = "";
    public string Pak { get; init; } = "";
    public string SuiteName { get; init; } = "";
    public string SourceTransactionId { get; init; } = "";
    /// <summary>An upgrade of which it is not said yet what it replaces.</summary>
    public bool IsUpgradePending { get; init; }

    /// <summary>What the transactions page shows as source; null for the name of <see cref="Source"/>.</summary>
    public string? Reason { get; init; }
    public string Notes { get; init; } = "";

    /// <summary>As that line was acquired.</summary>
    public static LineDraft Of(LicenseLine line, long quantity) =>
        new(line.EntitlementId, quantity, new LicenseTerms(line.LicenseType, line.StartsOn, line.EndsOn, line.EndsAt), line.Source)
        {
            OrderNumber = line.OrderNumber, OrderLine = line.OrderLine, WebOrderId = line.WebOrderId, PurchaseOrder = line.PurchaseOrder, Sku = line.Sku,
            ProductFamily = line.ProductFamily, CustomerName = line.CustomerName, ShipToCountry = line.ShipToCountry, SubscriptionId = line.SubscriptionId,
            ProductSku = line.ProductSku, ProductSerial = line.ProductSerial, DeviceDetails = line.DeviceDetails, Pak = line.Pak, SuiteName = line.SuiteName,
            SourceTransactionId = line.SourceTransactionId,
        };
}
