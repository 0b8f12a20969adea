using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Devices.Additions;

/// <summary>What the two steps of "Add Licenses to Inventory" post to.</summary>
public static class AdditionForms
{
    /// <summary>Of the fields' names: the license's number follows.</summary>
    public const string Prefix = "add-";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/accounts/{account}/inventory/{virtualAccount:long}/devices/{device:long}/add-to-inventory", AddAsync).Requires(Permission.LicenseTransfer);

    private static async Task<IResult> AddAsync(long virtualAccount, long device, IFormCollection form, HttpContext context, AddToInventory add)
    {
        var values = form.Where(field => field.Key.StartsWith(Prefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(field.Value))
            .Select(field => (Id: long.TryParse(field.Key.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0, Text: field.Value.ToString().Trim()))
            .Where(field => field.Id > 0 && field.Text != "0").ToDictionary(field => field.Id, field => field.Text);
        if (form["act"] == "back")
        {
            return PageAnswer.Page<AddToInventoryPage>(Parameters(review: false, FormErrors.None));
        }

        var offer = await add.OfferAsync(context.Actor(), context.Account().Id, virtualAccount, device, context.RequestAborted);
        var wishes = values.Select(value => new AdditionWish(value.Key, Number(value.Value))).ToList();
        var problem = offer.Refusal ?? AdditionRules.Judge(offer.Value.Licenses, wishes);
        if (problem is null && form["act"] == "review")
        {
            return PageAnswer.Page<AddToInventoryPage>(Parameters(review: true, FormErrors.None));
        }

        if (problem is null)
        {
            var input = new AddToInventory.Input(virtualAccount, device, wishes);
            var done = await add.HandleAsync(context.Command(AddToInventory.Name, input), input, context.RequestAborted);
            if (done.IsOk)
            {
                var text = done.Value.Added == 1 ? "1 license was added to the inventory." : $"{done.Value.Added} licenses were added to the inventory.";
                return PageAnswer.Done(context, InventoryLinks.Tab(context.Account().Domain, virtualAccount, "devices"), new Toast(text));
            }

            problem = done.Refusal;
        }

        return PageAnswer.Refused<AddToInventoryPage>(Parameters(review: false, new FormErrors(problem!.Detail)));

        Dictionary<string, object?> Parameters(bool review, FormErrors errors) =>
            new() { ["VirtualAccount"] = virtualAccount, ["Device"] = device, ["Review"] = review, ["Values"] = values, ["Errors"] = errors };
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
