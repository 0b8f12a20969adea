using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>Orders are booked once and never change; one that is booked with other lines is a mistake in the file.</summary>
internal sealed class OrdersPart : IEstatePart
{
    private const string Address = "/api/v1/operator/orders";

    private readonly EstateProblems problems;
    private readonly IReadOnlyList<Order> orders;

    public OrdersPart(EstateNode node, EstateProblems problems)
    {
        this.problems = problems;
        orders = [.. node.Items().Select(Read)];
    }

    private sealed record Order(long Line, string Number, string PurchaseOrder, string CustomerName, string ShipToCountry, IReadOnlyList<OrderLine> Lines);

    private sealed record OrderLine(string Sku, long Quantity, string? Account, string? VirtualAccount, string? StartsOn, string? EndsOn, string SubscriptionId, bool FactoryReserved);

    public async Task<IReadOnlyList<Change>> CompareAsync(RestClients clients, CancellationToken cancel)
    {
        var changes = new List<Change>();
        foreach (var order in orders)
        {
            if (await clients.Operator.FindAsync($"{Address}/{Uri.EscapeDataString(order.Number)}", cancel) is not { } booked)
            {
                changes.Add(new Change('+', $"order {order.Number}: {string.Join(", ", order.Lines.Select(line => $"{line.Quantity} × {line.Sku}"))}", order.Line, inner =>
                    clients.Operator.PostAsync(Address, new { order.Number, order.PurchaseOrder, order.CustomerName, order.ShipToCountry, order.Lines }, inner)));
            }
            else if (!IsSame(order, booked["lines"]!.AsArray()))
            {
                problems.Add(order.Line, $"order {order.Number} was booked with other lines; a booked order does not change. Give the new one a number of its own");
            }
        }

        return changes;
    }

    private static bool IsSame(Order order, JsonArray booked) =>
        order.Lines.Select(line => (line.Sku.ToUpperInvariant(), line.Quantity, line.FactoryReserved))
            .SequenceEqual(booked.Select(line => (line!["sku"]!.GetValue<string>().ToUpperInvariant(), line["quantity"]!.GetValue<long>(), line["factoryReserved"]!.GetValue<bool>())));

    private static Order Read(EstateNode node)
    {
        node.Knows("number", "purchaseOrder", "customerName", "shipToCountry", "lines");
        var lines = node.Part("lines").Items().Select(Line).ToList();
        if (lines.Count == 0)
        {
            node.Wrong($"{node.Path}: an order needs lines");
        }

        return new Order(
            node.Line, node.Required("number"), node.Part("purchaseOrder").Text() ?? "", node.Part("customerName").Text() ?? "", node.Part("shipToCountry").Text() ?? "", lines);
    }

    private static OrderLine Line(EstateNode node)
    {
        node.Knows("sku", "quantity", "account", "virtualAccount", "startsOn", "endsOn", "subscriptionId", "factoryReserved");
        return new OrderLine(
            node.Required("sku"), node.Number("quantity") ?? 1, node.Part("account").Text(), node.Part("virtualAccount").Text(),
            node.Part("startsOn").Text(), node.Part("endsOn").Text(), node.Part("subscriptionId").Text() ?? "", node.Flag("factoryReserved") ?? false);
    }
}
