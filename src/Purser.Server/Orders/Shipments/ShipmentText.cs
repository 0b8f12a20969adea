using System.Globalization;

namespace Purser.Server.Orders.Shipments;

/// <summary>
/// What is typed for one line of an order: on each row a request code, or the unique device identifier of a product that is licensed by policy, and after
/// a comma how many units this product takes. Pure.
/// </summary>
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
        var isUdi = row.StartsWith("PID:", StringComparison.OrdinalIgnoreCase);
        var (text, quantity) = row.LastIndexOfAny([',', ';', '\t']) is var at and >= 0 && !(isUdi && row[(at + 1)..].Contains(':', StringComparison.Ordinal))
            ? (row[..at].Trim(), long.TryParse(row.AsSpan(at + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            : (row, 1);
        return isUdi ? new(line, null, quantity, named, text) : new(line, text, quantity, named);
    }
}
