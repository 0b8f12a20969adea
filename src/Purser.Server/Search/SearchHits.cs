using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Search;

/// <summary>Something found, as it is shown.</summary>
/// <param name="Account">The account's domain identifier.</param>
/// <param name="VirtualAccount">Empty for what belongs to the whole account.</param>
/// <param name="Page">The address of the page that shows it.</param>
public sealed record SearchHit(SearchKind Kind, long Id, string Title, string Detail, string Account, long? VirtualAccountId, string VirtualAccount, string Page);

/// <summary>Gives what was found its words. Only rows that the search has judged by the reader's rights come here.</summary>
internal sealed class SearchHits(PurserContext db, SearchRights rights, CancellationToken cancellation)
{
    public async Task<IReadOnlyList<SearchHit>> OfAsync(SearchKind kind, IReadOnlyList<Found> found)
    {
        if (found.Count == 0)
        {
            return [];
        }

        var ids = found.Select(row => row.Id).Distinct().ToList();
        var accountIds = found.Select(row => row.AccountId).Distinct().ToList();
        var placeIds = found.Select(row => row.VirtualAccountId).Distinct().ToList();
        var accounts = await db.Accounts.Where(row => accountIds.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Domain, cancellation);
        var places = await db.VirtualAccounts.Where(row => accountIds.Contains(row.AccountId) && placeIds.Contains(row.Id))
            .ToDictionaryAsync(row => (row.AccountId, row.Id), row => row.Name, cancellation);
        var words = await WordsAsync(kind, accountIds, ids);

        // What was removed in between is left out.
        return [.. found.Where(row => accounts.ContainsKey(row.AccountId) && words.ContainsKey(row.Id)).Select(row =>
        {
            var (title, detail) = words[row.Id];
            var domain = accounts[row.AccountId];
            return new SearchHit(
                kind, row.Id, title, detail, domain, row.VirtualAccountId == 0 ? null : row.VirtualAccountId,
                places.GetValueOrDefault((row.AccountId, row.VirtualAccountId), ""), PageOf(kind, row, domain, detail, title));
        })];
    }

    private async Task<Dictionary<long, (string Title, string Detail)>> WordsAsync(SearchKind kind, List<long> accounts, List<long> ids) => kind switch
    {
        SearchKind.Device => (await db.Devices.Where(row => accounts.Contains(row.AccountId) && ids.Contains(row.Id))
            .Select(row => new { row.Id, row.DisplayName, row.UdiPid, row.UdiSerialNumber }).ToListAsync(cancellation))
            .ToDictionary(row => row.Id, row => (row.DisplayName, $"{row.UdiPid}, serial number {row.UdiSerialNumber}")),
        SearchKind.License => (await db.Entitlements.Where(row => ids.Contains(row.Id)).ToListAsync(cancellation))
            .ToDictionary(row => row.Id, row => (row.Name, row.Description)),
        SearchKind.Order => await OrdersAsync(accounts, ids),
        SearchKind.Token => (await db.RegistrationTokens.Where(row => accounts.Contains(row.AccountId) && ids.Contains(row.Id))
            .Select(row => new { row.Id, row.Description, row.CreatedBy }).ToListAsync(cancellation))
            .ToDictionary(row => row.Id, row => (row.Description, $"made by {row.CreatedBy}")),
        SearchKind.Person => (await db.Users.Where(row => ids.Contains(row.Id)).Select(row => new { row.Id, row.DisplayName, row.Email }).ToListAsync(cancellation))
            .ToDictionary(row => row.Id, row => (row.DisplayName, row.Email ?? "")),
        SearchKind.VirtualAccount => (await db.VirtualAccounts.Where(row => accounts.Contains(row.AccountId) && ids.Contains(row.Id)).ToListAsync(cancellation))
            .ToDictionary(row => row.Id, row => (row.Name, row.Description)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind"),
    };

    private async Task<Dictionary<long, (string Title, string Detail)>> OrdersAsync(List<long> accounts, List<long> ids)
    {
        var lines = await db.LicenseLines.Where(row => accounts.Contains(row.AccountId) && ids.Contains(row.Id))
            .Join(db.Entitlements, row => row.EntitlementId, row => row.Id, (line, license) => new { line.AccountId, line.Id, line.OrderNumber, line.PurchaseOrder, line.Sku, line.Quantity, license.Name })
            .ToListAsync(cancellation);

        // Who does not see the whole account reads how much lies where she looks, not what her neighbours have.
        var seen = rights.VirtualAccounts;
        var held = (await db.Holdings.Where(row => rights.PartialAccounts.Contains(row.AccountId) && ids.Contains(row.LineId) && seen.Contains(row.VirtualAccountId))
            .GroupBy(row => row.LineId).Select(group => new { group.Key, Count = group.Sum(row => row.Held) }).ToListAsync(cancellation))
            .ToDictionary(row => row.Key, row => row.Count);
        return lines.ToDictionary(line => line.Id, line =>
        {
            var title = line.OrderNumber.Length > 0 ? $"Order {line.OrderNumber}" : line.PurchaseOrder.Length > 0 ? $"Purchase order {line.PurchaseOrder}" : line.Sku;
            string[] details =
            [
                string.Create(CultureInfo.InvariantCulture, $"{(rights.PartialAccounts.Contains(line.AccountId) ? held.GetValueOrDefault(line.Id) : line.Quantity)} × {line.Name}"),
                line.Sku.Length > 0 ? $"SKU {line.Sku}" : "",
                line.PurchaseOrder.Length > 0 && line.OrderNumber.Length > 0 ? $"purchase order {line.PurchaseOrder}" : "",
            ];
            return (title, string.Join(", ", details.Where(text => text.Length > 0)));
        });
    }

    private static string PageOf(SearchKind kind, Found found, string domain, string detail, string title)
    {
        var account = $"/accounts/{domain}";
        var inventory = string.Create(CultureInfo.InvariantCulture, $"{account}/inventory?va={found.VirtualAccountId}");
        return kind switch
        {
            SearchKind.Device => string.Create(CultureInfo.InvariantCulture, $"{inventory}&tab=devices&device={found.Id}"),
            SearchKind.License => string.Create(CultureInfo.InvariantCulture, $"{inventory}&tab=licenses&license={found.Id}"),
            SearchKind.Order => $"{inventory}&tab=licenses",
            SearchKind.Token => $"{inventory}&tab=general",
            SearchKind.Person => $"{account}/people?q={Uri.EscapeDataString(detail.Length > 0 ? detail : title)}",
            SearchKind.VirtualAccount => inventory,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind"),
        };
    }
}
