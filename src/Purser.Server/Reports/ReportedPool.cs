using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>A license of a virtual account that a request chooses: what the reports on licenses and on their history have a row or rows for.</summary>
internal sealed class ReportedPool
{
    public static readonly Keyset<ReportedPool> Order =
        Keyset.Ascending((ReportedPool row) => row.PlaceKey).Then(row => row.License).Then(row => row.EntitlementId).Then(row => row.BillingOrder);

    private static readonly Keyset<VirtualAccount> ByName = Keyset.Ascending((VirtualAccount row) => row.NameKey);

    public required string PlaceKey { get; init; }
    public required string Place { get; init; }
    public required string License { get; init; }
    public required long EntitlementId { get; init; }
    public required int BillingOrder { get; init; }
    public required Pool Pool { get; init; }

    /// <summary>
    /// A page costs what its place in the list does not matter to: virtual accounts are walked by their names from the cursor on, and only the
    /// licenses of as many as may fill the page are sorted. Where they do not fill it, of four times as many.
    /// </summary>
    public static async Task<Page<ReportedPool>> PageAsync(PurserContext db, ReportSelection selection, PageRequest request, CancellationToken cancellation)
    {
        var (rows, account, back) = (Query(db, selection), selection.Account, request.IsBackwards);
        var places = selection.Places(db).Where(place => db.Pools.Any(pool => pool.AccountId == account && pool.VirtualAccountId == place.Id));
        if (request.Cursor is { } cursor)
        {
            places = ByName.UpTo(places, Cursor.Read(cursor, [typeof(string), typeof(string), typeof(long), typeof(int)])[0], !back);
        }

        var names = (back ? places.OrderByDescending(place => place.NameKey) : places.OrderBy(place => place.NameKey)).Select(place => place.NameKey);
        for (var many = request.Size; ; many *= 4)
        {
            var last = await names.Skip(many).FirstOrDefaultAsync(cancellation);
            var slice = await Order.Slice(last is null ? rows : Order.UpTo(rows, last, back), request).ToListAsync(cancellation);
            if (last is null || slice.Count > request.Size)
            {
                return Order.Cut(slice, request, await rows.CountUpToLimitAsync(cancellation));
            }
        }
    }

    public static IQueryable<ReportedPool> Query(PurserContext db, ReportSelection selection)
    {
        var account = selection.Account;
        var rows =
            from pool in db.Pools
            join place in selection.Places(db) on pool.VirtualAccountId equals place.Id
            join license in db.Entitlements on pool.EntitlementId equals license.Id
            where pool.AccountId == account

                // As in the license table: a row lives as long as anything of the license is there.
                && (pool.Purchased > 0 || pool.Pending > 0 || pool.InUse > 0 || pool.Firm + pool.InTransition + pool.Uncovered > 0
                    || (pool.Billing == Billing.Usage && db.UsagePlaces.Any(used =>
                        used.AccountId == account && used.EntitlementId == pool.EntitlementId && used.VirtualAccountId == pool.VirtualAccountId)))
            select new ReportedPool
            {
                PlaceKey = place.NameKey,
                Place = place.Name,
                License = license.Name,
                EntitlementId = pool.EntitlementId,
                BillingOrder = pool.Billing == Billing.Prepaid ? 0 : 1,
                Pool = pool,
            };
        if (selection.Request.Licenses == LicenseChoice.Selected)
        {
            var chosen = selection.Request.LicenseIds.ToList();
            rows = rows.Where(row => chosen.Contains(row.EntitlementId));
        }

        var uses =
            from tag in db.LicenseTags
            join use in db.LicenseTagUses on new { tag.AccountId, TagId = tag.Id } equals new { use.AccountId, use.TagId }
            where tag.AccountId == account && use.LineId == LicenseTagUse.WholeLicense
            select new { tag.VirtualAccountId, tag.NameKey, use.EntitlementId };
        if (selection.Request.Licenses == LicenseChoice.Untagged)
        {
            return rows.Where(row => !uses.Any(use => use.VirtualAccountId == row.Pool.VirtualAccountId && use.EntitlementId == row.EntitlementId));
        }

        return selection.TagKeys.Aggregate(rows, (found, key) => found.Where(row =>
            uses.Any(use => use.VirtualAccountId == row.Pool.VirtualAccountId && use.EntitlementId == row.EntitlementId && use.NameKey == key)));
    }
}
