using System.Globalization;

namespace Purser.Server.Orders.Shipments;

/// <summary>What is typed for one line of an order: a request code on each row, and after a comma how many units this product takes. Pure.</summary>
public static class ShipmentText
{
    /// <param name="Number">The row of the text, for whoever has to mend it.</param>
    public sealed record Row(int Number, ConfirmShipment.Shipped Shipped);

    public static IEnumerable<Row> Read(int line, string text, string? product) => text.Split('\n').Index()
        .Where(row => !string.IsNullOrWhiteSpace(row.Item))
        .Select(row => new Row(row.Index + 1, Of(line, row.Item.Trim(), product)));

    /// <summary>A quantity that cannot be read becomes 0, which the rules refuse with their own words.</summary>
    private static ConfirmShipment.Shipped Of(int line, string row, string? product)
    {
        var named = string.IsNullOrWhiteSpace(product) ? null : product.Trim();
        return row.LastIndexOfAny([',', ';', '\t']) is var at and >= 0
            ? new(line, row[..at].Trim(), long.TryParse(row.AsSpan(at + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) ? quantity : 0, named)
            : new(line, row, Product: named);
    }
}
