using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>A row for each license of each virtual account, with the figures of the license table (domain rules 1.2).</summary>
internal sealed class LicenseReport(Database database) : IReport
{
    private const int AtOnce = 500;

    private static readonly Keyset<Row> Order = Keyset.Ascending((Row row) => row.PlaceKey).Then(row => row.License).Then(row => row.EntitlementId).Then(row => row.BillingOrder);

    public ReportKind Kind => ReportKind.Licenses;

    public IReadOnlyList<ReportColumn> Columns { get; } =
    [
        new("virtualAccount", "Virtual Account", Width: 28),
        new("license", "License", Width: 40) { IsPrimary = true },
        new("billing", "Billing", Width: 12),
        new("purchased", "Purchased", ReportCell.Number, 12),
        new("pending", "Pending", ReportCell.Number, 12),
        new("inUse", "In Use", ReportCell.Number, 12),
        new("reserved", "Reserved", ReportCell.Number, 12),
        new("lent", "Lent", ReportCell.Number, 12),
        new("borrowed", "Borrowed", ReportCell.Number, 12),
        new("balance", "Balance", ReportCell.Number, 12),
        new("compliance", "Compliance", Width: 20),
        new("tags", "License Tags", Width: 30),
    ];

    public async Task<Page<ReportRow>> PageAsync(ReportSelection selection, PageRequest page, CancellationToken cancellation)
    {
        await using var db = database.Read(selection.Account);
        var rows = await Query(db, selection).ToPageAsync(Order, page, cancellation);
        var tags = await TagsAsync(db, selection, rows.Items, cancellation);
        return rows.Map(row => row.ToReport(tags));
    }

    public async IAsyncEnumerable<ReportRow> AllAsync(
        ReportSelection selection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        // Sorted once and read as a stream; the tags of what has been read come through a second connection.
        await using var db = database.Read(selection.Account);
        await using var beside = database.Read(selection.Account);
        await foreach (var rows in Order.Sort(Query(db, selection)).AsAsyncEnumerable().Chunk(AtOnce).WithCancellation(cancellation))
        {
            var tags = await TagsAsync(beside, selection, rows, cancellation);
            foreach (var row in rows)
            {
                yield return row.ToReport(tags);
            }
        }
    }

    private static Task<LicenseTagsOf> TagsAsync(PurserContext db, ReportSelection selection, IReadOnlyCollection<Row> rows, CancellationToken cancellation) =>
        LicenseTagsOf.LoadAsync(db, selection.Account, [.. rows.Select(row => (row.Pool.VirtualAccountId, row.EntitlementId))], cancellation);

    private static IQueryable<Row> Query(PurserContext db, ReportSelection selection)
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
            select new Row
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

    private sealed class Row
    {
        public required string PlaceKey { get; init; }
        public required string Place { get; init; }
        public required string License { get; init; }
        public required long EntitlementId { get; init; }
        public required int BillingOrder { get; init; }
        public required Pool Pool { get; init; }

        // Nothing is purchased in advance of what is billed by usage, so it has no balance (help ch. 4).
        private bool IsPrepaid => Pool.Billing == Billing.Prepaid;

        public ReportRow ToReport(LicenseTagsOf tags) => new(
            FormattableString.Invariant($"{Pool.VirtualAccountId}-{EntitlementId}-{BillingOrder}"),
            [
                Place, License, LicenseNames.Of(Pool.Billing), IsPrepaid ? Pool.Purchased : null, Pool.Pending, Pool.InUse, Pool.Reserved, Pool.Lent, Pool.Borrowed, IsPrepaid ? Pool.Balance : null,
                Pool.ShortSince is null ? "In compliance" : "Out of compliance", tags.OfLicense(Pool.VirtualAccountId, EntitlementId),
            ]);
    }
}
