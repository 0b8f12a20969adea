using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;

namespace Purser.Server.Compat;

/// <summary>POST …/licenses/transfer (API reference 3.4): each item is a transfer of its own and has its own outcome.</summary>
internal sealed class LicenseTransferCall(Places places, TransferLicenses transfer, TransferOptions options)
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
        if (items.Count == 0)
        {
            return Published.MissingInput();
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
        if (item.Text("license") is not { } license || item.Text("targetVirtualAccount") is not { } targetName || item.Number("quantity", out _) is not { } quantity)
        {
            return new ItemOutcome(false, "Missing required input parameters");
        }

        if (item.Text("subscriptionId", "subsriptionId") is { } subscription)
        {
            return new ItemOutcome(false, $"There is no subscription ‘{subscription}’ in Virtual Account ‘{source.Name}’ that can be transferred by its id.");
        }

        var target = await places.FindAsync(context, Permission.LicenseTransfer, targetName);
        if (!target.IsOk)
        {
            return ItemOutcome.Refused(target.Refusal!);
        }

        var order = string.Equals(item.Text("precedence"), "LONGEST_TERM_LAST", StringComparison.OrdinalIgnoreCase) ? TransferOrder.LongestTermLast : TransferOrder.LongestTermFirst;
        var rows = await RowsAsync(context, source.Id, item, license, quantity, order);
        if (rows.Count == 0)
        {
            return new ItemOutcome(false, $"Virtual Account ‘{source.Name}’ has no such ‘{license}’ licenses.");
        }

        var wanted = new TransferLicenses.Input(source.Id, target.Value.Id, rows) { Order = order };
        var key = context.IdempotencyKey() is { } own ? $"{own}:{index}" : null;
        var verdict = await transfer.HandleAsync(context.Command(TransferLicenses.Name, wanted) with { IdempotencyKey = key }, wanted, context.RequestAborted);
        return verdict.IsOk
            ? new ItemOutcome(true, $"{quantity} ‘{license}’ licenses successfully transferred from Virtual Account ‘{source.Name}’ to Virtual Account ‘{target.Value.Name}’")
            : ItemOutcome.Refused(verdict.Refusal!);
    }

    /// <summary>A type or an end date narrows the terms that give; without either the order of terms decides.</summary>
    private async Task<IReadOnlyList<TransferLicenses.Row>> RowsAsync(
        HttpContext context, long source, PublishedInput item, string license, long quantity, TransferOrder order)
    {
        if (item.Text("endDate") is { } end)
        {
            return [new(license, quantity, end[..Math.Min(end.Length, 10)])];
        }

        return item.Text("licenseType")?.ToUpperInvariant() switch
        {
            null => [new(license, quantity)],
            "PERPETUAL" => [new(license, quantity, TransferRules.Perpetual)],
            _ => await FromTermsAsync(context, source, license, quantity, order),
        };
    }

    private async Task<IReadOnlyList<TransferLicenses.Row>> FromTermsAsync(HttpContext context, long source, string license, long quantity, TransferOrder order)
    {
        var offered = await options.HandleAsync(context.Actor(), context.Account().Id, source, [], context.RequestAborted);
        var terms = offered.Rows.Where(row => row.EndsOn is not null && string.Equals(row.License, license, StringComparison.OrdinalIgnoreCase)).ToList();
        var sorted = (order == TransferOrder.LongestTermFirst ? terms.OrderByDescending(row => row.EndsOn) : terms.OrderBy(row => row.EndsOn)).ToList();
        var rows = new List<TransferLicenses.Row>();
        var left = quantity;
        foreach (var term in sorted)
        {
            var part = Math.Min(left, term.Available);
            if (part > 0)
            {
                rows.Add(new(license, part, term.Term));
                left -= part;
            }
        }

        // What is too much stays in the request, so that the refusal counts it.
        if (left != 0 && sorted.Count > 0)
        {
            rows.Add(new(license, left, sorted[0].Term));
        }

        return rows;
    }
}
