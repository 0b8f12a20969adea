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
    public string Notes { get; init; } = "";
}
