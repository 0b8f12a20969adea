using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Compat;

/// <summary>Licenses in the published API (API reference 3.4): a row for each license in each virtual account.</summary>
internal sealed class LicenseCalls(Database database, Places places)
{
    public async Task<IResult> ListAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var account = context.Account().Id;
        var chosen = await places.ChosenAsync(context, Permission.LicenseView, input.Texts("virtualAccounts"));
        await using var db = database.Read(account);
        var ids = chosen.Keys.ToList();
        var pools =
            from pool in db.Pools
            join place in db.VirtualAccounts on new { pool.AccountId, Id = pool.VirtualAccountId } equals new { place.AccountId, place.Id }
            join license in db.Entitlements on pool.EntitlementId equals license.Id
            where pool.AccountId == account && ids.Contains(pool.VirtualAccountId)
                && (pool.Purchased > 0 || pool.Pending > 0 || pool.InUse > 0 || pool.Firm + pool.InTransition + pool.Uncovered > 0
                    || (pool.Billing == Billing.Usage && db.UsagePlaces.Any(usage =>
                        usage.AccountId == account && usage.EntitlementId == pool.EntitlementId && usage.VirtualAccountId == pool.VirtualAccountId)))
            orderby place.NameKey, license.Name, pool.EntitlementId, pool.Billing
            select new { Pool = pool, License = license.Name };
        var (total, rows) = await OffsetPage.Of(input).ReadAsync(pools, context.RequestAborted);
        var details = await DetailsAsync(db, account, rows.ConvertAll(row => row.Pool), context.RequestAborted);
        var loans = await LoansAsync(db, account, rows.ConvertAll(row => row.Pool), context.RequestAborted);
        return Published.Answer(new
        {
            totalRecords = total,
            licenses = rows.Select(row => new
            {
                license = row.License,
                virtualAccount = chosen[row.Pool.VirtualAccountId],
                quantity = row.Pool.Purchased,
                inUse = row.Pool.InUse,
                available = row.Pool.Balance,
                status = row.Pool.Balance < 0 ? "Out Of Compliance" : "In Compliance",
                billingType = BillingOf(row.Pool.Billing),
                ahaApps = false,
                pendingQuantity = row.Pool.Pending,
                reserved = row.Pool.Reserved,
                isPortable = false,
                licenseSubstitutions = loans[(row.Pool.VirtualAccountId, row.Pool.EntitlementId, row.Pool.Billing)],
                licenseDetails = details[(row.Pool.VirtualAccountId, row.Pool.EntitlementId, row.Pool.Billing)],
            }),
            statusMessage = "",
            status = Published.Success,
        });
    }

    /// <summary>What a license gets from higher tiers (API reference 3.1); both spellings of the clients.</summary>
    private static async Task<ILookup<(long Place, long License, Billing Billing), object>> LoansAsync(
        PurserContext db, long account, List<Pool> pools, CancellationToken cancellation)
    {
        var placeIds = pools.Where(pool => pool.Borrowed > 0).Select(pool => pool.VirtualAccountId).Distinct().ToList();
        var tiers = placeIds.Count == 0 ? [] : await (
            from pool in db.Pools
            join license in db.Entitlements on pool.EntitlementId equals license.Id
            where pool.AccountId == account && placeIds.Contains(pool.VirtualAccountId) && pool.Billing == Billing.Prepaid && license.TierGroup != null
            select new { License = license, Pool = pool }).ToListAsync(cancellation);
        var names = tiers.Select(tier => tier.License).DistinctBy(license => license.Id).ToDictionary(license => license.Id, license => license.Name);
        return tiers.GroupBy(tier => (tier.Pool.VirtualAccountId, tier.License.TierGroup))
            .SelectMany(group => TierSubstitution.Loans(group.Select(tier => (tier.License, tier.Pool))), (group, loan) => (Place: group.Key.VirtualAccountId, Loan: loan))
            .ToLookup(row => (row.Place, row.Loan.BorrowerId, Billing.Prepaid), row => (object)new
            {
                licenseName = names[row.Loan.BorrowerId],
                license = names[row.Loan.BorrowerId],
                substitutedLicense = names[row.Loan.LenderId],
                substitutedQuantity = row.Loan.Quantity,
                substitutionType = "Substitution From Higher Tier",
            });
    }

    private static async Task<ILookup<(long Place, long License, Billing Billing), object>> DetailsAsync(
        PurserContext db, long account, List<Pool> pools, CancellationToken cancellation)
    {
        var placeIds = pools.Select(pool => pool.VirtualAccountId).Distinct().ToList();
        var licenseIds = pools.Select(pool => pool.EntitlementId).Distinct().ToList();
        var lines = await (
            from holding in db.Holdings
            join line in db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
            where holding.AccountId == account && holding.Held > 0 && placeIds.Contains(holding.VirtualAccountId) && licenseIds.Contains(holding.EntitlementId)
                && (line.State == LineState.Active || line.State == LineState.Future || line.State == LineState.UpgradePending)
            orderby line.Id
            select new { holding.VirtualAccountId, holding.Held, Line = line }).ToListAsync(cancellation);
        var usage = await (
            from place in db.UsagePlaces
            join subscription in db.UsageSubscriptions on new { place.AccountId, Id = place.UsageId } equals new { subscription.AccountId, subscription.Id }
            where place.AccountId == account && placeIds.Contains(place.VirtualAccountId) && licenseIds.Contains(place.EntitlementId)
                && (subscription.State == SubscriptionState.Active || subscription.State == SubscriptionState.Future)
            orderby subscription.Id
            select new { place.VirtualAccountId, Line = new LicenseLine
            {
                EntitlementId = subscription.EntitlementId, Billing = Billing.Usage, State = subscription.State == SubscriptionState.Active ? LineState.Active : LineState.Future,
                StartsOn = subscription.StartsOn, EndsOn = subscription.EndsOn, SubscriptionId = subscription.SubscriptionId, CustomerName = subscription.CustomerName,
                OrderNumber = subscription.OrderNumber, OrderLine = subscription.OrderLine, Sku = subscription.Sku,
            } }).ToListAsync(cancellation);

        // Billed by usage: no number is bought in advance.
        var all = lines.Select(row => (row.VirtualAccountId, row.Held, row.Line)).Concat(usage.Select(row => (row.VirtualAccountId, Held: 0L, row.Line)));
        return all.ToLookup(row => (row.VirtualAccountId, row.Line.EntitlementId, row.Line.Billing), row => (object)new
        {
            licenseType = TypeOf(row.Line),
            quantity = row.Held,
            startDate = Published.Day(row.Line.StartsOn),
            endDate = Published.Day(row.Line.EndsOn),
            subscriptionId = Published.OrNull(row.Line.SubscriptionId),
            status = SubscriptionCalls.StateOf(row.Line.State).ToUpperInvariant(),
            customer = row.Line.CustomerName,
            orderNumber = row.Line.OrderNumber,
            orderLineIdentifier = row.Line.OrderLine,
            endCustomerPo = row.Line.PurchaseOrder,
            billToPo = row.Line.PurchaseOrder,
            licenseSku = row.Line.Sku,
            shipTo = row.Line.ShipToCountry,
        });
    }

    private static string TypeOf(LicenseLine line) => line.Billing == Billing.Usage ? "STANDARD" : line.LicenseType.ToString().ToUpperInvariant();

    internal static string BillingOf(Billing billing) => billing == Billing.Usage ? "USAGE" : "PREPAID";
}
