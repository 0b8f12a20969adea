using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>
/// A row for each license transaction that has a term or belongs to a subscription, as far as it lies in a virtual account, and for each subscription
/// billed by usage in each virtual account in which it lies.
/// </summary>
internal sealed class SubscriptionReport(Database database) : IReport
{
    private const int AtOnce = 500;

    // As they came.
    private static readonly Keyset<Row> Order = Keyset.Ascending((Row row) => row.Id).Then(row => row.PlaceId);

    public ReportKind Kind => ReportKind.LicenseSubscriptions;

    public IReadOnlyList<ReportColumn> Columns { get; } =
    [
        new("virtualAccount", "Virtual Account", Width: 28),
        new("license", "License", Width: 40) { IsPrimary = true },
        new("subscriptionId", "Subscription ID", Width: 20),
        new("billing", "Billing", Width: 12),
        new("type", "Type", Width: 14),
        new("source", "Source"),
        new("quantity", "Quantity", ReportCell.Number, 12),
        new("startDate", "Start Date", ReportCell.Date, 13),
        new("endDate", "Expiration Date", ReportCell.Date, 15),
        new("status", "Status", Width: 12),
        new("order", "Order #"),
        new("purchaseOrder", "PO #"),
        new("sku", "License SKU", Width: 22),
        new("customer", "Customer Name", Width: 28),
        new("tags", "License Tags", Width: 30),
    ];

    public async Task<Page<ReportRow>> PageAsync(ReportSelection selection, PageRequest page, CancellationToken cancellation)
    {
        await using var db = database.Read(selection.Account);
        var rows = await SliceAsync(db, selection, page, cancellation);
        var around = await Around.LoadAsync(db, selection, rows.Items, cancellation);
        return rows.Map(around.ToReport);
    }

    public async IAsyncEnumerable<ReportRow> AllAsync(
        ReportSelection selection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        // Sorted once and read as a stream of numbers; what belongs to them comes through a second connection.
        await using var db = database.Read(selection.Account);
        await using var beside = database.Read(selection.Account);
        await foreach (var rows in Order.Sort(Query(db, selection)).AsAsyncEnumerable().Chunk(AtOnce).WithCancellation(cancellation))
        {
            var around = await Around.LoadAsync(beside, selection, rows, cancellation);
            foreach (var row in rows)
            {
                yield return around.ToReport(row);
            }
        }
    }

    /// <summary>A piece of each kind, which its key has in this order already; together they would have to be sorted as a whole.</summary>
    private static async Task<Page<Row>> SliceAsync(PurserContext db, ReportSelection selection, PageRequest page, CancellationToken cancellation)
    {
        var lines = await Order.Slice(Narrow(db, selection, Lines(db, selection)), page).ToListAsync(cancellation);
        var billedByUsage = await Order.Slice(Narrow(db, selection, BilledByUsage(db, selection)), page).ToListAsync(cancellation);
        var both = lines.Concat(billedByUsage).OrderBy(row => (row.Id, row.PlaceId));
        return Order.Cut([.. page.IsBackwards ? both.Reverse() : both], page, await Query(db, selection).CountUpToLimitAsync(cancellation));
    }

    private static IQueryable<Row> Query(PurserContext db, ReportSelection selection) =>
        Narrow(db, selection, Lines(db, selection).Concat(BilledByUsage(db, selection)));

    private static IQueryable<Row> Lines(PurserContext db, ReportSelection selection)
    {
        var account = selection.Account;
        return
            from line in db.LicenseLines
            join holding in db.Holdings on new { line.AccountId, LineId = line.Id } equals new { holding.AccountId, holding.LineId }
            where line.AccountId == account && holding.AccountId == account && holding.Held > 0 && (line.LicenseType != LicenseType.Perpetual || line.SubscriptionId != "")
            select new Row { Id = line.Id, PlaceId = holding.VirtualAccountId, EntitlementId = line.EntitlementId, Held = holding.Held };
    }

    /// <summary>What is billed by usage is no line of the book, but numbered with them.</summary>
    private static IQueryable<Row> BilledByUsage(PurserContext db, ReportSelection selection) =>
        db.UsagePlaces.Where(used => used.AccountId == selection.Account)
            .Select(used => new Row { Id = used.UsageId, PlaceId = used.VirtualAccountId, EntitlementId = used.EntitlementId, Held = 0L });

    private static IQueryable<Row> Narrow(PurserContext db, ReportSelection selection, IQueryable<Row> rows)
    {
        var (account, places) = (selection.Account, selection.Places(db));
        rows = rows.Where(row => places.Any(place => place.Id == row.PlaceId));
        if (selection.Request.Licenses == LicenseChoice.Selected)
        {
            var chosen = selection.Request.LicenseIds.ToList();
            rows = rows.Where(row => chosen.Contains(row.EntitlementId));
        }

        // A row is tagged by its own tags and by those of its license.
        var uses =
            from tag in db.LicenseTags
            join use in db.LicenseTagUses on new { tag.AccountId, TagId = tag.Id } equals new { use.AccountId, use.TagId }
            where tag.AccountId == account
            select new { tag.VirtualAccountId, tag.NameKey, use.EntitlementId, use.LineId };
        if (selection.Request.Licenses == LicenseChoice.Untagged)
        {
            return rows.Where(row => !uses.Any(use => use.VirtualAccountId == row.PlaceId && use.EntitlementId == row.EntitlementId
                && (use.LineId == LicenseTagUse.WholeLicense || use.LineId == row.Id)));
        }

        return selection.TagKeys.Aggregate(rows, (found, key) => found.Where(row =>
            uses.Any(use => use.VirtualAccountId == row.PlaceId && use.EntitlementId == row.EntitlementId && use.NameKey == key
                && (use.LineId == LicenseTagUse.WholeLicense || use.LineId == row.Id))));
    }

    private sealed class Row
    {
        public required long Id { get; init; }
        public required long PlaceId { get; init; }
        public required long EntitlementId { get; init; }
        public required long Held { get; init; }
    }

    /// <summary>What belongs to some rows, one query each.</summary>
    private sealed record Around(
        ReportSelection Selection, IReadOnlyDictionary<long, string> Places, IReadOnlyDictionary<long, LicenseLine> Lines, IReadOnlyDictionary<long, UsageSubscription> Usages, LicenseTagsOf Tags)
    {
        public static async Task<Around> LoadAsync(PurserContext db, ReportSelection selection, IReadOnlyCollection<Row> rows, CancellationToken cancellation)
        {
            var account = selection.Account;
            var ids = rows.Select(row => row.Id).Distinct().ToList();
            var places = rows.Select(row => row.PlaceId).Distinct().ToList();
            var lines = await db.LicenseLines.Where(line => line.AccountId == account && ids.Contains(line.Id)).ToDictionaryAsync(line => line.Id, cancellation);
            return new Around(
                selection,
                await db.VirtualAccounts.Where(place => place.AccountId == account && places.Contains(place.Id)).ToDictionaryAsync(place => place.Id, place => place.Name, cancellation),
                lines,
                lines.Count == ids.Count
                    ? new Dictionary<long, UsageSubscription>()
                    : await db.UsageSubscriptions.Where(usage => usage.AccountId == account && ids.Contains(usage.Id)).ToDictionaryAsync(usage => usage.Id, cancellation),
                await LicenseTagsOf.LoadAsync(db, account, [.. rows.Select(row => (row.PlaceId, row.EntitlementId))], cancellation));
        }

        public ReportRow ToReport(Row row)
        {
            var (place, license) = (Places.GetValueOrDefault(row.PlaceId, ""), Selection.Catalog.FindEntitlement(row.EntitlementId)?.Name ?? "");
            var tags = Tags.OfLine(row.PlaceId, row.EntitlementId, row.Id);
            return new ReportRow(
                FormattableString.Invariant($"{row.Id}-{row.PlaceId}"),
                Lines.TryGetValue(row.Id, out var line) ?
                [
                    place, license, line.SubscriptionId, LicenseNames.Of(Billing.Prepaid), LicenseNames.Of(line.LicenseType), LicenseNames.Of(line.Source), row.Held, line.StartsOn, line.EndsOn,
                    line.CanceledAt is null ? line.State.ToString() : "Canceled", line.OrderNumber, line.PurchaseOrder, line.Sku, line.CustomerName, tags,
                ]
                : Usages.TryGetValue(row.Id, out var usage) ?
                [
                    place, license, usage.SubscriptionId, LicenseNames.Of(Billing.Usage), LicenseNames.Of(LicenseType.Term), LicenseNames.Of(LineSource.Order), null, usage.StartsOn, usage.EndsOn,
                    usage.CanceledAt is null ? usage.State.ToString() : "Canceled", usage.OrderNumber, "", usage.Sku, usage.CustomerName, tags,
                ]

                // Gone between two questions.
                : [place, license, .. Enumerable.Repeat<object?>(null, 13)]);
        }
    }
}
