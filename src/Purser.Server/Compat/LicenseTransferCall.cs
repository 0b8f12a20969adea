using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;

namespace Purser.Server.Compat;

/// <summary>POST …/licenses/transfer (API reference 3.4): each item is a transfer of its own and has its own outcome.</summary>
internal sealed class LicenseTransferCall(Places places, TransferLicenses transfer)
{
    public async Task<IResult> TransferAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var source = await places.OfRouteAsync(context, Permission.LicenseTransfer);
        if (!source.IsOk)
        {
            return Published.Refused(source.Refusal!);
        }

        var items = input.Objects("licenses");
        if (Published.ListProblem(items.Count) is { } problem)
        {
            return problem;
        }

        var outcomes = new List<ItemOutcome>();
        foreach (var item in items)
        {
            outcomes.Add(await MoveAsync(context, source.Value, item, outcomes.Count));
        }

        return Published.Answer(new
        {
            licensesTransferStatus = outcomes.Select(outcome => new { status = outcome.Status, statusMessage = outcome.Message }),
            status = ItemOutcome.StatusOf(outcomes),
            statusMessage = $"{outcomes.Count(outcome => outcome.Ok)} licenses transferred successfully",
        });
    }

    private async Task<ItemOutcome> MoveAsync(HttpContext context, VirtualAccount source, PublishedInput item, int index)
    {
        if (item.Text("targetVirtualAccount") is not { } targetName || RowOf(item, out var problem) is not { } row)
        {
            return new ItemOutcome(false, "Missing required input parameters");
        }

        if (problem is not null)
        {
            return new ItemOutcome(false, problem);
        }

        var target = await places.FindAsync(context, Permission.LicenseTransfer, targetName);
        if (!target.IsOk)
        {
            return ItemOutcome.Refused(target.Refusal!);
        }

        var wanted = new TransferLicenses.Input(source.Id, target.Value.Id, [row])
        {
            Order = string.Equals(item.Text("precedence"), "LONGEST_TERM_LAST", StringComparison.OrdinalIgnoreCase) ? TransferOrder.LongestTermLast : TransferOrder.LongestTermFirst,
        };
        var key = context.IdempotencyKey() is { } own ? $"{own}:{index}" : null;
        var verdict = await transfer.HandleAsync(context.Command(TransferLicenses.Name, wanted) with { IdempotencyKey = key }, wanted, context.RequestAborted);
        return verdict.IsOk
            ? new ItemOutcome(true, $"{row.Quantity} ‘{row.License}’ licenses successfully transferred from Virtual Account ‘{source.Name}’ to Virtual Account ‘{target.Value.Name}’")
            : ItemOutcome.Refused(verdict.Refusal!);
    }

    /// <summary>
    /// What the item asks for: a type, a subscription (under the misspelled name or the right one), a start or an end narrows the licenses that
    /// give; what is left open, the order of terms decides. Null where a part is missing.
    /// </summary>
    private static TransferLicenses.Row? RowOf(PublishedInput item, out string? problem)
    {
        problem = null;
        if (item.Text("license") is not { } license || item.Number("quantity", out _) is not { } quantity)
        {
            return null;
        }

        var subscription = item.Text("subscriptionId", "subsriptionId");
        var type = item.Text("licenseType");
        LicenseType? known = Enum.TryParse<LicenseType>(type, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) ? parsed : null;

        // A subscription's licenses are listed with the type of their term.
        if (type is not null && known is null && !(subscription is not null && string.Equals(type, "SUBSCRIPTION", StringComparison.OrdinalIgnoreCase)))
        {
            problem = $"Licenses of the type ‘{type}’ cannot be transferred; name PERPETUAL, TERM or DEMO, or SUBSCRIPTION with a subscriptionId.";
        }

        var isStart = Published.TryDay(item.Text("startDate"), out var start);
        var isEnd = Published.TryDay(item.Text("endDate"), out var end);
        if (!isStart || !isEnd)
        {
            problem = "startDate and endDate begin with a day such as 2027-05-19.";
        }

        return new TransferLicenses.Row(license, quantity, Published.Day(end)) { Type = known, SubscriptionId = subscription, StartsOn = start };
    }
}
