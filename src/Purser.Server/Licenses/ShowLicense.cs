using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>The details of a license in a virtual account: overview, product instances, order history (LI-04; help ch. 4). The event log is the journal's.</summary>
public sealed class ShowLicense(Database database, ListLicenses list, PastFigures pasts, DayZone zone)
{
    private static readonly Keyset<DeviceRow> ByRequest = Keyset.Ascending((DeviceRow row) => row.Since).Then(row => row.DeviceId);

    private static readonly Keyset<LicenseLine> NewestFirst = Keyset.Descending((LicenseLine line) => line.Id);

    /// <param name="Terms">License Types: count, type, reserved, start, expiration, subscription.</param>
    public sealed record Overview(LicenseRow License, string Tag, IReadOnlyList<Term> Terms)
    {
        /// <summary>Subscriptions billed by usage that lie here, the enabled one first.</summary>
        public IReadOnlyList<UsageTerm> Usage { get; init; } = [];
    }

    /// <param name="IsEnabled">It counts; other active ones are duplicates.</param>
    public sealed record UsageTerm(string SubscriptionId, SubscriptionState State, bool IsEnabled, DateOnly? StartsOn, DateOnly? EndsOn);

    /// <param name="State">Active or Future; what has expired is gone from here.</param>
    /// <param name="Reserved">Bound by reservation, factory-installed ones included; null for a moment of the past, of which it is not recorded.</param>
    /// <param name="EndsAt">The instant at which these units leave the pool; null for perpetual.</param>
    public sealed record Term(
        long Count, LicenseType Type, LineState State, long? Reserved, DateOnly? StartsOn, DateOnly? EndsOn, DateTimeOffset? EndsAt, string SubscriptionId,
        IReadOnlyList<Line> Lines);

    /// <param name="Free">What an operator could remove (domain rules 1.10); nothing of the past.</param>
    public sealed record Line(long Id, long Count, long Free, LineSource Source, string OrderNumber, string OrderLine, string Sku, DateTimeOffset AcquiredAt);

    /// <summary>A product instance that uses the license.</summary>
    /// <param name="IsReleased">Released after its silence: it counts for nothing until it is heard again.</param>
    public sealed class DeviceRow
    {
        public long DeviceId { get; init; }
        public required string Name { get; init; }
        public required string ProductType { get; init; }
        public required string SerialNumber { get; init; }
        public long Quantity { get; init; }
        public bool IsReleased { get; init; }

        /// <summary>Prepaid, or by usage: a license can lie in one virtual account both ways.</summary>
        public Billing Billing { get; init; }

        /// <summary>Its peer counts for both (application redundancy).</summary>
        public bool IsCountedWithPeer { get; init; }
        public DateTimeOffset Since { get; init; }
        public DateTimeOffset LastContactAt { get; init; }
    }

    public sealed record OrderRow(string OrderNumber, string OrderLine, DateTimeOffset OrderedAt, string Sku, long Quantity, DateOnly? StartsOn, DateOnly? EndsOn, string PurchaseOrder);

    /// <param name="billing">Of the license table's rows of this license; null: the first.</param>
    public async Task<Overview?> OverviewAsync(Actor actor, long account, long virtualAccount, long license, Billing? billing = null, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var lines = actor.May(Permission.LicenseView, account, virtualAccount) ? await LinesAsync(db, account, virtualAccount, license, cancellation) : [];
        var row = await list.FindAsync(actor, account, virtualAccount, license, new LicenseFilter { Billing = billing }, cancellation);
        var entitlement = await db.Entitlements.FirstOrDefaultAsync(row => row.Id == license, cancellation);
        if (entitlement is null || (row is null && lines.Count == 0))
        {
            return null;
        }

        // Only licenses for later lie here: the row is not in the table yet.
        row ??= new LicenseRow(
            license, entitlement.Name, entitlement.Description, Billing.Prepaid, entitlement.Enforcement, 0, 0, 0, 0, 0, 0, 0, null, []);
        var usages = actor.May(Permission.LicenseView, account, virtualAccount) ? (await UsageBook.ByPlaceAsync(db, account, license, cancellation))[virtualAccount].ToList() : [];
        var enabled = UsageRules.Enabled(usages, zone);
        return new Overview(row, entitlement.Tag, billing == Billing.Usage ? [] : TermsOf(lines))
        {
            Usage = [.. usages.OrderByDescending(usage => usage == enabled).ThenBy(usage => usage.StartsOn)
                .Select(usage => new UsageTerm(usage.SubscriptionId, usage.State, usage == enabled, usage.StartsOn, usage.EndsOn))],
        };
    }

    /// <summary>The same as it was at a moment of the past: the figures as they were kept, the terms summed up from the book (LI-14).</summary>
    public async Task<Overview?> PastOverviewAsync(
        Actor actor, long account, long virtualAccount, long license, PastMoment past, Billing? billing = null, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var mayView = actor.May(Permission.LicenseView, account, virtualAccount);
        var entitlement = await db.Entitlements.FirstOrDefaultAsync(row => row.Id == license, cancellation);
        if (!mayView || entitlement is null || !await db.VirtualAccounts.AnyAsync(row => row.AccountId == account && row.Id == virtualAccount, cancellation))
        {
            return null;
        }

        var row = await list.FindAsync(actor, account, virtualAccount, license, new LicenseFilter { Past = past, Billing = billing }, cancellation)
            ?? new LicenseRow(license, entitlement.Name, entitlement.Description, Billing.Prepaid, entitlement.Enforcement, 0, 0, 0, 0, 0, 0, 0, null, []);
        var lines = await pasts.LinesAsync(db, account, virtualAccount, license, past.Before, cancellation);
        return new Overview(row, entitlement.Tag, [.. lines
            .GroupBy(held => (held.Line.LicenseType, held.State, held.Line.StartsOn, held.Line.EndsOn, held.Line.EndsAt, held.Line.SubscriptionId))
            .OrderByDescending(term => LicenseTerms.Length(term.Key.EndsAt)).ThenBy(term => term.Key.StartsOn)
            .Select(term => new Term(
                term.Sum(held => held.Held), term.Key.LicenseType, term.Key.State, null, term.Key.StartsOn, term.Key.EndsOn, term.Key.EndsAt, term.Key.SubscriptionId,
                [.. term.Select(held => new Line(
                    held.Line.Id, held.Held, 0, held.Line.Source, held.Line.OrderNumber, held.Line.OrderLine, held.Line.Sku, held.Line.AcquiredAt))]))]);
    }

    /// <summary>The product instances that use the license, in the order in which they asked for it.</summary>
    public async Task<Page<DeviceRow>> DevicesAsync(
        Actor actor, long account, long virtualAccount, long license, PageRequest request, Billing? billing = null, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var mayView = actor.May(Permission.LicenseView, account, virtualAccount);
        return await (
            from use in db.LicenseUses
            join device in db.Devices on new { use.AccountId, Id = use.DeviceId } equals new { device.AccountId, device.Id }
            where mayView && use.AccountId == account && use.VirtualAccountId == virtualAccount && use.EntitlementId == license && (billing == null || use.Billing == billing)
            select new DeviceRow
            {
                DeviceId = device.Id,
                Name = device.DisplayName,
                ProductType = device.UdiPid,
                SerialNumber = device.UdiSerialNumber,
                Quantity = use.Requested,
                IsReleased = use.Released,
                Billing = use.Billing,
                IsCountedWithPeer = use.Covered,
                Since = use.Since,
                LastContactAt = device.LastContactAt,
            }).ToPageAsync(ByRequest, request, cancellation);
    }

    /// <summary>The orders that brought the license here, newest first.</summary>
    public async Task<Page<OrderRow>> OrdersAsync(
        Actor actor, long account, long virtualAccount, long license, PageRequest request, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var mayView = actor.May(Permission.LicenseView, account, virtualAccount);
        var lines = db.LicenseLines.Where(line => mayView && line.AccountId == account && line.EntitlementId == license && line.Source == LineSource.Order
            && db.Holdings.Any(holding => holding.AccountId == account && holding.LineId == line.Id && holding.VirtualAccountId == virtualAccount));
        var page = await lines.ToPageAsync(NewestFirst, request, cancellation);
        return page.Map(line => new OrderRow(
            line.OrderNumber, line.OrderLine, line.AcquiredAt, line.Sku, line.Quantity, line.StartsOn, line.EndsOn, line.PurchaseOrder));
    }

    private static IReadOnlyList<Term> TermsOf(List<HeldLine> lines) =>
        [.. lines
            .GroupBy(held => (held.Line.LicenseType, held.Line.State, held.Line.StartsOn, held.Line.EndsOn, held.Line.EndsAt, held.Line.SubscriptionId))
            .OrderByDescending(term => LicenseTerms.Length(term.Key.EndsAt)).ThenBy(term => term.Key.StartsOn)
            .Select(term => new Term(
                term.Sum(held => held.Holding.Held), term.Key.LicenseType, term.Key.State, term.Sum(held => held.Holding.Firm + held.Holding.InTransition),
                term.Key.StartsOn, term.Key.EndsOn, term.Key.EndsAt, term.Key.SubscriptionId,
                [.. term.Select(held => new Line(
                    held.Line.Id, held.Holding.Held, held.Holding.Free, held.Line.Source, held.Line.OrderNumber, held.Line.OrderLine, held.Line.Sku, held.Line.AcquiredAt))]))];

    private static async Task<List<HeldLine>> LinesAsync(PurserContext db, long account, long virtualAccount, long license, CancellationToken cancellation) =>
        (await (
            from holding in db.Holdings
            join line in db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
            where holding.AccountId == account && holding.VirtualAccountId == virtualAccount && holding.EntitlementId == license && holding.Held > 0
            orderby line.Id
            select new { Line = line, Holding = holding }).ToListAsync(cancellation))
        .ConvertAll(row => new HeldLine(row.Line, row.Holding));
}
