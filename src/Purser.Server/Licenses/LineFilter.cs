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
        SourceOf(field("source")), field("order"), field("po"), field("customer"), field("shipTo"), field("pak"), field("family"), field("sku"), DayOf(field("expiresBy")));

    /// <summary>What of an address or of a saved view cannot be searched by, in words: without them the whole table would look like the answer.</summary>
    public static string? Unread(Func<string, string?> field) => (field("expiresBy"), field("source")) switch
    {
        ({ Length: > 0 } day, _) when DayOf(day) is null => $"“{day}” is no day by which licenses could expire, so it is left out of the search. Choose a day that there is, such as 2027-02-28.",
        (_, { Length: > 0 } source) when SourceOf(source) is null => $"There is no source “{source}”, so it is left out of the search. Choose one of the list.",
        _ => null,
    };

    private static LineSource? SourceOf(string? text) => Enum.TryParse<LineSource>(text, out var source) && Enum.IsDefined(source) ? source : null;

    private static DateOnly? DayOf(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
