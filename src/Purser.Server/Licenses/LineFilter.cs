using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Purser.Server.Http;

namespace Purser.Server.Licenses;

/// <summary>The advanced search over license transactions (help ch. 4): all parts that are given must match (domain rules 3.5).</summary>
/// <param name="Order">Sales order number or web order id, exactly.</param>
/// <param name="PurchaseOrder">Exactly.</param>
/// <param name="Customer">Contained in the end customer's name.</param>
/// <param name="ShipTo">The country.</param>
/// <param name="Pak">Exactly.</param>
/// <param name="Family">Contained in the product family.</param>
/// <param name="Sku">Contained in the SKU of the license or of the product.</param>
/// <param name="ExpiresBy">Ends on or before; what is perpetual never does.</param>
public sealed record LineFilter(
    [FromQuery(Name = "source")] LineSource? Source = null,
    [FromQuery(Name = "order")] string? Order = null,
    [FromQuery(Name = "po")] string? PurchaseOrder = null,
    [FromQuery(Name = "customer")] string? Customer = null,
    [FromQuery(Name = "shipTo")] string? ShipTo = null,
    [FromQuery(Name = "pak")] string? Pak = null,
    [FromQuery(Name = "family")] string? Family = null,
    [FromQuery(Name = "sku")] string? Sku = null,
    [FromQuery(Name = "expiresBy")] DateOnly? ExpiresBy = null)
{
    public static readonly LineFilter None = new();

    public bool IsEmpty => this == None || (Source is null && ExpiresBy is null
        && new[] { Order, PurchaseOrder, Customer, ShipTo, Pak, Family, Sku }.All(string.IsNullOrWhiteSpace));

    public IQueryable<LicenseLine> Apply(IQueryable<LicenseLine> lines)
    {
        var (order, purchaseOrder, shipTo, pak) = (Order?.Trim(), PurchaseOrder?.Trim(), ShipTo?.Trim(), Pak?.Trim());
        lines = Source is { } source ? lines.Where(line => line.Source == source) : lines;
        lines = order is { Length: > 0 } ? lines.Where(line => line.OrderNumber == order || line.WebOrderId == order) : lines;
        lines = purchaseOrder is { Length: > 0 } ? lines.Where(line => line.PurchaseOrder == purchaseOrder) : lines;
        lines = shipTo is { Length: > 0 } ? lines.Where(line => line.ShipToCountry == shipTo) : lines;
        lines = pak is { Length: > 0 } ? lines.Where(line => line.Pak == pak) : lines;
        lines = ExpiresBy is { } day ? lines.Where(line => line.EndsOn != null && line.EndsOn <= day) : lines;
        return lines.WhereContains(line => line.CustomerName, Customer).WhereContains(line => line.ProductFamily, Family)
            .WhereContains(line => line.Sku + " " + line.ProductSku, Sku);
    }

    /// <summary>The fields of the address by which a page is searched this way.</summary>
    public static readonly string[] Fields = ["source", "order", "po", "customer", "shipTo", "pak", "family", "sku", "expiresBy"];

    public static LineFilter From(Func<string, string?> field) => new(
        Enum.TryParse<LineSource>(field("source"), out var source) ? source : null,
        field("order"), field("po"), field("customer"), field("shipTo"), field("pak"), field("family"), field("sku"),
        DateOnly.TryParseExact(field("expiresBy"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null);
}
