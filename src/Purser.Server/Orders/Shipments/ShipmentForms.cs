using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;
using Purser.Server.Web.Components;

namespace Purser.Server.Orders.Shipments;

/// <summary>What the form of a shipment posts to, and its files.</summary>
public static class ShipmentForms
{
    private const string Order = "/operator/orders/{order:long}";

    /// <param name="Line">The order line's number.</param>
    public sealed record Typed(int Line, string Codes, string Product);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{Order}/ship", ShipAsync).Requires(Permission.OrderEdit);
        routes.MapGet($"{Order}/authorization-files", ShipmentArchive.AnswerAsync).Requires(Permission.OrderEdit);
        routes.MapGet($"{Order}/authorization-files/{{device:long}}", ShowShipment.FileAsync).Requires(Permission.OrderEdit);
    }

    private static async Task<IResult> ShipAsync(long order, IFormCollection form, HttpContext context, ConfirmShipment ship)
    {
        var typed = Enumerable.Range(1, OrderRules.MostLines)
            .Select(line => new Typed(line, form[OrderRules.Field(line, "codes")].ToString(), form[OrderRules.Field(line, "product")].ToString()))
            .Where(one => one.Codes.Trim().Length > 0).ToList();
        var rows = typed.SelectMany(one => ShipmentText.Read(one.Line, one.Codes, one.Product)).ToList();
        var input = new ConfirmShipment.Input(order, [.. rows.Select(row => row.Shipped)]);
        var done = await ship.HandleAsync(context.Command(ConfirmShipment.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ShipmentLinks.Of(order), new Toast(Said(done.Value)))
            : PageAnswer.Refused<ShipPage>(new() { ["Order"] = order, ["Form"] = typed, ["Errors"] = ErrorsOf(done.Refusal!, rows) });
    }

    private static string Said(ConfirmShipment.Answer answer)
    {
        var (reserved, reported) = (answer.Reservations.Count, answer.Reported.Count);
        return string.Join(' ', new[]
        {
            reserved == 0 ? "" : reserved == 1 ? "1 product was shipped with its licenses reserved." : $"{Figure.Text(reserved)} products were shipped with their licenses reserved.",
            reported == 0 ? "" : reported == 1 ? "1 product was shipped licensed by policy, and reported." : $"{Figure.Text(reported)} products were shipped licensed by policy, and reported.",
        }.Where(text => text.Length > 0));
    }

    /// <summary>At the line and row where the code stands.</summary>
    private static FormErrors ErrorsOf(Refusal refusal, List<ShipmentText.Row> rows)
    {
        if (refusal.Items is not [var item, ..])
        {
            return new FormErrors(rows.Count == 0 ? "Enter the request code of at least one product, or its unique device identifier." : refusal.Detail);
        }

        var row = rows[(int)item.Id - 1];
        return FormErrors.At(OrderRules.Field(row.Shipped.Line, "codes"), $"Row {row.Number}: {item.Detail}");
    }
}
