using System.Globalization;
using Purser.Server.Commands;

namespace Purser.Server.Licenses;

/// <summary>
/// What the transfer dialog proposes when it opens because of a shortage: the virtual account that has the most to spare, and as many as are missing,
/// from the longest term (domain rules 4.3).
/// </summary>
public sealed class TransferProposal(ExplainCompliance explain, TransferOptions options)
{
    /// <param name="wanted">How many, where the address says so.</param>
    public async Task<TransferForm> CompleteAsync(Actor actor, long account, TransferForm form, string? wanted, CancellationToken cancellation = default)
    {
        if (!form.From || form.Licenses.Count != 1)
        {
            return form;
        }

        var license = form.Licenses[0];
        var quantity = long.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        if (form.Other is null)
        {
            var report = await explain.HandleAsync(actor, account, form.Here, license, cancellation);
            var remedy = report?.Remedies.FirstOrDefault(remedy => remedy is { Kind: RemedyKind.Transfer, VirtualAccountId: not null });
            form = form with { Other = remedy?.VirtualAccountId };
            quantity = remedy?.Quantity ?? quantity;
        }

        return form.Other is { } giver && quantity > 0
            ? form with { Quantities = Spread((await options.HandleAsync(actor, account, giver, form.Licenses, cancellation: cancellation)).Rows, quantity) }
            : form;
    }

    /// <summary>Rows come with the longest term first.</summary>
    private static Dictionary<string, string> Spread(IReadOnlyList<TransferOptions.Row> rows, long quantity)
    {
        var left = Math.Min(quantity, rows.Count == 0 ? 0 : rows[0].LicenseAvailable);
        var spread = new Dictionary<string, string>();
        foreach (var row in rows)
        {
            var part = Math.Min(left, row.Available);
            if (part > 0)
            {
                spread[TransferForm.FieldOf(row)] = part.ToString(CultureInfo.InvariantCulture);
                left -= part;
            }
        }

        return spread;
    }
}
