using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>A row for each license transaction that has a term or belongs to a subscription, as far as it lies in a virtual account.</summary>
internal sealed class SubscriptionReport(Database database) : IReport
{
    private const int AtOnce = 500;

    // As they came: the key of the holdings, so that every page costs the same.
    private static readonly Keyset<Row> Order = Keyset.Ascending((Row row) => row.LineId).Then(row => row.PlaceId);

    public ReportKind Kind => ReportKind.LicenseSubscriptions;

    public IReadOnlyList<ReportColumn> Columns { get; } =
    [
        new("virtualAccount", "Virtual Account", Width: 28),
        new("license", "License", Width: 40) { IsPrimary = true },
        new("subscriptionId", "Subscription ID", Width: 20),
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
        var rows = await Query(db, selection).ToPageAsync(Order, page, cancellation);
        var tags = await TagsAsync(db, selection, rows.Items, cancellation);
        return rows.Map(row => row.ToReport(tags));
    }

    public async IAsyncEnumerable<ReportRow> AllAsync(
        ReportSelection selection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var db = database.Read(selection.Account);
        var query = Query(db, selection);
        for (var request = new PageRequest(Limit: AtOnce); ;)
        {
            var page = Order.Cut(await Order.Slice(query, request).ToListAsync(cancellation), request, total: null);
            var tags = await TagsAsync(db, selection, page.Items, cancellation);
            foreach (var row in page.Items)
            {
                yield return row.ToReport(tags);
            }

            if (page.Next is not { } next)
            {
                yield break;
            }

            request = new PageRequest(After: next, Limit: AtOnce);
        }
    }

    private static Task<LicenseTagsOf> TagsAsync(PurserContext db, ReportSelection selection, IReadOnlyCollection<Row> rows, CancellationToken cancellation) =>
        LicenseTagsOf.LoadAsync(db, selection.Account, [.. rows.Select(row => (row.PlaceId, row.Line.EntitlementId))], cancellation);

    private static IQueryable<Row> Query(PurserContext db, ReportSelection selection)
    {
        var account = selection.Account;
        var rows =
            from line in db.LicenseLines
            join holding in db.Holdings on new { line.AccountId, LineId = line.Id } equals new { holding.AccountId, holding.LineId }
            join place in selection.Places(db) on holding.VirtualAccountId equals place.Id
            join license in db.Entitlements on line.EntitlementId equals license.Id
            where line.AccountId == account && holding.AccountId == account && holding.Held > 0 && (line.LicenseType != LicenseType.Perpetual || line.SubscriptionId != "")
            select new Row { LineId = line.Id, PlaceId = place.Id, Place = place.Name, License = license.Name, Held = holding.Held, Line = line };
        if (selection.Request.Licenses == LicenseChoice.Selected)
        {
            var chosen = selection.Request.LicenseIds.ToList();
            rows = rows.Where(row => chosen.Contains(row.Line.EntitlementId));
        }

        // A row is tagged by its own tags and by those of its license.
        var uses =
            from tag in db.LicenseTags
            join use in db.LicenseTagUses on new { tag.AccountId, TagId = tag.Id } equals new { use.AccountId, use.TagId }
            where tag.AccountId == account
            select new { tag.VirtualAccountId, tag.NameKey, use.EntitlementId, use.LineId };
        if (selection.Request.Licenses == LicenseChoice.Untagged)
        {
            return rows.Where(row => !uses.Any(use => use.VirtualAccountId == row.PlaceId && use.EntitlementId == row.Line.EntitlementId
                && (use.LineId == LicenseTagUse.WholeLicense || use.LineId == row.LineId)));
        }

        return selection.TagKeys.Aggregate(rows, (found, key) => found.Where(row =>
            uses.Any(use => use.VirtualAccountId == row.PlaceId && use.EntitlementId == row.Line.EntitlementId && use.NameKey == key
                && (use.LineId == LicenseTagUse.WholeLicense || use.LineId == row.LineId))));
    }

    private sealed class Row
    {
        public required long LineId { get; init; }
        public required long PlaceId { get; init; }
        public required string Place { get; init; }
        public required string License { get; init; }
        public required long Held { get; init; }
        public required LicenseLine Line { get; init; }

        public ReportRow ToReport(LicenseTagsOf tags) => new(
            FormattableString.Invariant($"{LineId}-{PlaceId}"),
            [
                Place, License, Line.SubscriptionId, LicenseNames.Of(Line.LicenseType), LicenseNames.Of(Line.Source), Held, Line.StartsOn, Line.EndsOn, Line.CanceledAt is null ? Line.State.ToString() : "Canceled",
                Line.OrderNumber, Line.PurchaseOrder, Line.Sku, Line.CustomerName, tags.OfLine(PlaceId, Line.EntitlementId, LineId),
            ]);
    }
}
