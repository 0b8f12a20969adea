using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>A row for each license of each virtual account, with the figures of the license table (domain rules 1.2).</summary>
internal sealed class LicenseReport(Database database) : IReport
{
    private const int AtOnce = 500;

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
        var rows = await ReportedPool.PageAsync(db, selection, page, cancellation);
        var tags = await TagsAsync(db, selection, rows.Items, cancellation);
        return rows.Map(row => ToReport(row, tags));
    }

    public async IAsyncEnumerable<ReportRow> AllAsync(
        ReportSelection selection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        // Sorted once and read as a stream; the tags of what has been read come through a second connection.
        await using var db = database.Read(selection.Account);
        await using var beside = database.Read(selection.Account);
        await foreach (var rows in ReportedPool.Order.Sort(ReportedPool.Query(db, selection)).AsAsyncEnumerable().Chunk(AtOnce).WithCancellation(cancellation))
        {
            var tags = await TagsAsync(beside, selection, rows, cancellation);
            foreach (var row in rows)
            {
                yield return ToReport(row, tags);
            }
        }
    }

    private static Task<LicenseTagsOf> TagsAsync(PurserContext db, ReportSelection selection, IReadOnlyCollection<ReportedPool> rows, CancellationToken cancellation) =>
        LicenseTagsOf.LoadAsync(db, selection.Account, [.. rows.Select(row => (row.Pool.VirtualAccountId, row.EntitlementId))], cancellation);

    private static ReportRow ToReport(ReportedPool row, LicenseTagsOf tags)
    {
        // Nothing is purchased in advance of what is billed by usage, so it has no balance (help ch. 4).
        var (pool, isPrepaid) = (row.Pool, row.Pool.Billing == Billing.Prepaid);
        return new ReportRow(
            FormattableString.Invariant($"{pool.VirtualAccountId}-{row.EntitlementId}-{row.BillingOrder}"),
            [
                row.Place, row.License, LicenseNames.Of(pool.Billing), isPrepaid ? pool.Purchased : null, pool.Pending, pool.InUse, pool.Reserved, pool.Lent, pool.Borrowed, isPrepaid ? pool.Balance : null,
                pool.ShortSince is null ? "In compliance" : "Out of compliance", tags.OfLicense(pool.VirtualAccountId, row.EntitlementId),
            ]);
    }
}
