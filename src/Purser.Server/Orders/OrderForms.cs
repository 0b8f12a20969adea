using System.Globalization;
using Purser.Server.Accounts;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;
using Purser.Server.Web.Components;

namespace Purser.Server.Orders;

/// <summary>What the order form posts to. Its fields are named as the refusals name them, so that each reason stands at its field.</summary>
internal static class OrderForms
{
    /// <summary>Lines of the form; longer orders come over REST or an estate file.</summary>
    public const int Lines = 12;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/operator/orders/new", BookAsync).Requires(Permission.OrderEdit);
        routes.MapGet("/operator/orders/accounts", AccountsAsync).Requires(Permission.OrderEdit);
    }

    /// <summary>What the chooser of Smart Accounts offers; who does not find hers types more of the name.</summary>
    private static async Task<IResult> AccountsAsync(string? q, HttpContext context, ListAccounts accounts)
    {
        var page = await accounts.HandleAsync(q, new PageRequest(), context.RequestAborted);
        return TypedResults.Ok(page.Items.Select(account => new ComboboxOption(account.Domain, account.Name, account.Domain)));
    }

    private static async Task<IResult> BookAsync(IFormCollection form, HttpContext context, BookOrder book)
    {
        var input = new BookOrder.Input(
            form["number"].ToString().Trim(),
            [.. Enumerable.Range(1, Lines).Where(number => form[OrderRules.Field(number, "sku")].ToString().Length > 0).Select(number => LineOf(form, number))])
        {
            WebOrderId = form["webOrderId"].ToString().Trim(),
            PurchaseOrder = form["purchaseOrder"].ToString().Trim(),
            CustomerName = form["customerName"].ToString().Trim(),
            ShipToCountry = form["shipToCountry"].ToString().Trim(),
        };
        var booked = await book.HandleAsync(context.Command(BookOrder.Name, input), input, context.RequestAborted);
        return booked.IsOk
            ? PageAnswer.Done(context, $"/operator/orders?order={Uri.EscapeDataString(booked.Value.Number)}", new Toast($"Order {booked.Value.Number} was booked."))
            : PageAnswer.Refused<BookOrderPage>(new() { ["Form"] = input, ["Errors"] = FormErrors.Of(booked.Refusal!) });
    }

    /// <summary>A quantity that cannot be read becomes 0, which the rules refuse with their own words.</summary>
    private static OrderLineInput LineOf(IFormCollection form, int number)
    {
        string Text(string name) => form[OrderRules.Field(number, name)].ToString().Trim();
        return new OrderLineInput(
            Text("sku"),
            long.TryParse(Text("quantity"), NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) ? quantity : 0,
            Text("account"), Text("virtualAccount"), Day(Text("startsOn")), Day(Text("endsOn")), Text("subscriptionId"), Text("factoryReserved") == "true");
    }

    private static DateOnly? Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
