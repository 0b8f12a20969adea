namespace Purser.Server.Orders.Shipments;

/// <summary>Addresses of the pages of shipments.</summary>
public static class ShipmentLinks
{
    public const string All = "/operator/orders/shipments";

    /// <summary>The form that confirms, and what was shipped.</summary>
    public static string Of(long orderId) => $"/operator/orders/{orderId}/ship";

    public static string Archive(long orderId) => $"/operator/orders/{orderId}/authorization-files";

    public static string File(long orderId, long deviceId) => $"{Archive(orderId)}/{deviceId}";
}
