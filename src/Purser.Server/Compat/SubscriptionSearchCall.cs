using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Compat;

/// <summary>
/// POST v1/subscription/search (API reference 3.8): the subscriptions that count in Smart Accounts, with where they lie and of what they are.
/// Accounts that the caller may not see are left out, like unknown ones.
/// </summary>
internal sealed class SubscriptionSearchCall(Database database, AccountLookup accounts)
{
    private static readonly LineState[] Counting = [LineState.Active, LineState.Future, LineState.UpgradePending];

    public async Task<IResult> SearchAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var asked = input.Objects("smartAccount");
        if (Published.ListProblem(asked.Count) is { } problem)
        {
            return problem;
        }

        var offers = new List<object>();
        foreach (var named in asked.Select(account => account.Text("smartAccountId", "domain")).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (await accounts.FindAsync(named, context.RequestAborted) is { } account && context.Actor().ReachOf(Permission.LicenseView, account.Id) is { Any: true } reach)
            {
                offers.Add(new { smartAccountId = Published.Digits(account.Id), subscriptions = await OfAsync(account.Id, reach, context.RequestAborted) });
            }
        }

        return Published.Answer(new { source = input.Text("source") ?? "", status = Published.Success, offerDetails = offers });
    }

    private async Task<IEnumerable<object>> OfAsync(long account, Reach reach, CancellationToken cancellation)
    {
        await using var db = database.Read(account);
        var rows = await (
            from holding in db.Holdings
            join line in db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
            join license in db.Entitlements on line.EntitlementId equals license.Id
            where holding.AccountId == account && holding.Held > 0 && line.SubscriptionId != "" && Counting.Contains(line.State)
            select new Part(line.SubscriptionId, holding.VirtualAccountId, line.SuiteName, license.Name, line.Sku, line.ProductFamily)).ToListAsync(cancellation);
        rows.AddRange(await (
            from place in db.UsagePlaces
            join usage in db.UsageSubscriptions on new { place.AccountId, Id = place.UsageId } equals new { usage.AccountId, usage.Id }
            join license in db.Entitlements on usage.EntitlementId equals license.Id
            where place.AccountId == account && (usage.State == SubscriptionState.Active || usage.State == SubscriptionState.Future)
            select new Part(usage.SubscriptionId, place.VirtualAccountId, "", license.Name, usage.Sku, usage.ProductFamily)).ToListAsync(cancellation));
        var names = await db.VirtualAccounts.Where(row => row.AccountId == account).ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
        return rows.Where(row => reach.Covers(row.Place)).GroupBy(row => row.Subscription).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (object)new
        {
            subRefId = group.Key,
            vaDetails = group.Select(row => row.Place).Distinct().Order().Select(place => new { virtualAccountId = Published.Digits(place), virtualAccountName = names[place] }),
            suites = group.Select(row => (Suite: row.Suite.Length > 0 ? row.Suite : row.License, row.Sku, row.Family)).Distinct().OrderBy(row => row.Suite, StringComparer.Ordinal)
                .Select(row => new { suiteName = row.Suite, atoName = row.Sku, architecture = row.Family }),
            additionalParams = Array.Empty<object>(),
        });
    }

    private sealed record Part(string Subscription, long Place, string Suite, string License, string Sku, string Family);
}
