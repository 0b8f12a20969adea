using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Licenses;

/// <summary>The window Change Virtual Account Assignment as it stands.</summary>
public sealed record AssignmentForm(long Usage, IReadOnlyList<long> VirtualAccounts);

/// <summary>What the window posts to: the choice of a subscription, OK, and OK after the warning.</summary>
public static class AssignmentForms
{
    /// <summary>Another subscription was chosen: show where it lies.</summary>
    public const string Choose = "choose";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/accounts/{account}/inventory/{virtualAccount:long}/licenses/{license:long}/assignment", PostAsync).Requires(Permission.LicenseTransfer);

    private static async Task<IResult> PostAsync(long virtualAccount, long license, IFormCollection fields, HttpContext context, ChangeAssignment change)
    {
        var form = new AssignmentForm(Number(fields["subscription"]), [.. fields["place"].Select(Number).Where(place => place > 0).Distinct()]);
        var values = new Dictionary<string, object?> { ["VirtualAccount"] = virtualAccount, ["License"] = license, ["Form"] = fields["act"] == Choose ? form with { VirtualAccounts = [] } : form };
        if (fields["act"] == Choose)
        {
            return PageAnswer.Page<AssignmentPage>(values);
        }

        var input = new ChangeAssignment.Input(license, form.Usage, form.VirtualAccounts) { Duplicates = [.. fields["warned"].Select(Number).Where(place => place > 0)] };
        var command = context.Command(ChangeAssignment.Name, input);

        // First what it would do: a duplicate is said before OK (domain rules 2.7).
        var tried = await change.HandleAsync(command with { DryRun = true, IdempotencyKey = null }, input with { Duplicates = null }, context.RequestAborted);
        var done = tried.IsOk && tried.Value.Duplicates.All(place => input.Duplicates!.Contains(place.Id))
            ? await change.HandleAsync(command, input, context.RequestAborted)
            : tried;
        if (tried is { IsOk: true, Value: { Added.Count: 0, Removed.Count: 0 } })
        {
            values["Errors"] = FormErrors.At("place", "The license lies in exactly these virtual accounts already. Check others to copy it there, and uncheck where it is to move it.");
            return PageAnswer.Refused<AssignmentPage>(values);
        }

        if (done.Refusal is { } refusal)
        {
            values["Errors"] = refusal.Field is null ? new FormErrors(refusal.Detail) : FormErrors.At(refusal.Field == "virtualAccounts" ? "place" : refusal.Field, refusal.Detail);
            return PageAnswer.Refused<AssignmentPage>(values);
        }

        if (ReferenceEquals(done.Value, tried.Value))
        {
            values["Warning"] = tried.Value;
            return PageAnswer.Page<AssignmentPage>(values);
        }

        return PageAnswer.Done(context, InventoryLinks.Tab(context.Account().Domain, virtualAccount, "licenses"), new Toast("The virtual account assignment was changed."));
    }

    private static long Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static long Number(Microsoft.Extensions.Primitives.StringValues values) => Number(values.ToString());
}
