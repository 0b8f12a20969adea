using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>What narrows a list of licenses. All parts must match.</summary>
/// <param name="Text">Words in the license's name.</param>
/// <param name="OnlyShort">Only those with a shortage.</param>
/// <param name="Tags">License tags with commas between; all of them, or any where <paramref name="AnyTag"/> (domain rules 3.5).</param>
/// <param name="WithTransactions">Tags of license transactions count too: the detail level is shown (help ch. 4).</param>
public sealed record LicenseFilter(
    [FromQuery(Name = "q")] string? Text = null,
    [FromQuery(Name = "short")] bool? OnlyShort = null,
    [FromQuery(Name = "tag")] string? Tags = null,
    [FromQuery(Name = "anyTag")] bool? AnyTag = null,
    [FromQuery(Name = "details")] bool? WithTransactions = null)
{
    /// <summary>The advanced search: only licenses of which a transaction here matches.</summary>
    public LineFilter Lines { get; init; } = LineFilter.None;

    /// <summary>The table as it was then; tags are those of today, and alerts there are none (LI-14).</summary>
    public PastMoment? Past { get; init; }

    /// <summary>Only the rows of this billing: a license can lie in one virtual account both prepaid and by usage.</summary>
    public Billing? Billing { get; init; }
}

/// <summary>An open alert of a license, as the Alerts column shows it.</summary>
public sealed record LicenseAlert(long Id, AlertLevel Level, AlertKind Kind, string Title, string Message);

/// <summary>A row of the license table (help ch. 4; domain rules 1.2).</summary>
/// <param name="Pending">Shown as "10 (+5 pending)", never part of Purchased.</param>
/// <param name="Reserved">Shown in parentheses, in addition to In Use (domain rules 1.3).</param>
/// <param name="InTransition">Part of Reserved that waits for a confirmation code: the yellow icon.</param>
/// <param name="Available">The most that can be transferred or newly reserved.</param>
/// <param name="ShortSince">Since when there is a shortage; null while in compliance.</param>
public sealed record LicenseRow(
    long EntitlementId, string License, string Description, Billing Billing, Enforcement Enforcement, long Purchased, long Pending, long InUse, long Reserved,
    long InTransition, long Balance, long Available, DateTimeOffset? ShortSince, IReadOnlyList<LicenseAlert> Alerts)
{
    /// <summary>Tags of the summary level, in alphabetical order.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Covers shortages of lower tiers here.</summary>
    public long Lent { get; init; }

    /// <summary>Covered by higher tiers here.</summary>
    public long Borrowed { get; init; }

    /// <summary>"2 from Advantage", "3 lent to Essentials": what is substituted, shown on both tiers (domain rules 5.2).</summary>
    public IReadOnlyList<string> Substitutions { get; init; } = [];

    /// <summary>Always as many purchased as in use or reserved (domain rules 2.4).</summary>
    public bool IsReportingOnly { get; init; }
}

/// <summary>The license table of a virtual account (LI-02), in the order of names.</summary>
public sealed class ListLicenses(Database database, DomainClock clock)
{
    private static readonly Keyset<PoolWithName> ByName = Keyset.Ascending((PoolWithName row) => row.Name).Then(row => row.EntitlementId).Then(row => row.BillingOrder);

    public async Task<Page<LicenseRow>> HandleAsync(
        Actor actor, long account, long virtualAccount, LicenseFilter filter, PageRequest request, CancellationToken cancellation = default)
    {
        // The two tables that it joins, with their values, take a tenth of the time of the plan for any values, which looks at all rows first.
        await using var planned = database.Read(account, planned: true);
        var found = await FoundAsync(planned, account, virtualAccount, filter, cancellation);
        var page = await Query(planned, actor, account, virtualAccount, filter, found).ToPageAsync(ByName, request, cancellation);
        await using var db = database.Read(account);
        List<long> licenses = [.. page.Items.Select(row => row.EntitlementId)];
        var alerts = await AlertsAsync(db, actor, account, virtualAccount, licenses, filter, cancellation);
        var tags = await LicenseTagBook.OfLicensesAsync(db, account, virtualAccount, licenses, cancellation);
        var loans = await LoansAsync(db, account, virtualAccount, page.Items, filter, cancellation);
        return page.Map(row => row.ToRow(alerts, tags) with { Substitutions = [.. loans[row.EntitlementId]] });
    }

    /// <summary>One row of it; null where the license does not lie there and is not used there.</summary>
    public Task<LicenseRow?> FindAsync(Actor actor, long account, long virtualAccount, long license, CancellationToken cancellation = default) =>
        FindAsync(actor, account, virtualAccount, license, new LicenseFilter(), cancellation);

    public async Task<LicenseRow?> FindAsync(Actor actor, long account, long virtualAccount, long license, LicenseFilter filter, CancellationToken cancellation)
    {
        await using var db = database.Read(account);
        var found = await FoundAsync(db, account, virtualAccount, filter, cancellation);
        var row = await Query(db, actor, account, virtualAccount, filter, found).Where(row => row.EntitlementId == license).FirstOrDefaultAsync(cancellation);
        return row is null ? null : row.ToRow(
            await AlertsAsync(db, actor, account, virtualAccount, [license], filter, cancellation),
            await LicenseTagBook.OfLicensesAsync(db, account, virtualAccount, [license], cancellation)) with
        {
            Substitutions = [.. (await LoansAsync(db, account, virtualAccount, [row], filter, cancellation))[license]],
        };
    }

    /// <summary>The whole table, for export.</summary>
    public async IAsyncEnumerable<LicenseRow> AllAsync(Actor actor, long account, long virtualAccount, LicenseFilter filter)
    {
        await using var db = database.Read(account);
        var alerts = await AlertsAsync(db, actor, account, virtualAccount, null, filter, CancellationToken.None);
        var tags = await LicenseTagBook.OfLicensesAsync(db, account, virtualAccount, null, CancellationToken.None);
        var found = await FoundAsync(db, account, virtualAccount, filter, CancellationToken.None);
        await foreach (var row in ByName.Sort(Query(db, actor, account, virtualAccount, filter, found)).AsAsyncEnumerable())
        {
            yield return row.ToRow(alerts, tags);
        }
    }

    /// <summary>
    /// The licenses of which a transaction here matches the advanced search; null without one. They are asked for once, since to find them takes nearly
    /// all the time of the rows, and of their count again. There are no more than the catalog has.
    /// </summary>
    private static async Task<List<long>?> FoundAsync(PurserContext db, long account, long virtualAccount, LicenseFilter filter, CancellationToken cancellation) =>
        filter.Lines.IsEmpty ? null
            : await ListLicenseLines.Held(db, account, virtualAccount, filter.Lines).Select(line => line.EntitlementId).Distinct().ToListAsync(cancellation);

    private static IQueryable<PoolWithName> Query(PurserContext db, Actor actor, long account, long virtualAccount, LicenseFilter filter, List<long>? found)
    {
        var mayView = actor.May(Permission.LicenseView, account, virtualAccount);
        var pools = filter.Past is { } past ? PastFigures.Pools(db, account, past.Before) : db.Pools.Where(pool => pool.AccountId == account);
        var rows =
            from pool in pools
            join license in db.Entitlements on pool.EntitlementId equals license.Id
            where mayView && pool.VirtualAccountId == virtualAccount

                // A row lives as long as anything of the license is here.
                && (pool.Purchased > 0 || pool.Pending > 0 || pool.InUse > 0 || pool.Firm + pool.InTransition + pool.Uncovered > 0
                    || (pool.Billing == Billing.Usage && db.UsagePlaces.Any(place =>
                        place.AccountId == account && place.EntitlementId == pool.EntitlementId && place.VirtualAccountId == virtualAccount)))
            select new PoolWithName
            {
                Name = license.Name,
                EntitlementId = pool.EntitlementId,
                Billing = pool.Billing,
                BillingOrder = pool.Billing == Billing.Prepaid ? 0 : 1,
                Description = license.Description,
                Enforcement = license.Enforcement,
                Pool = pool,
                IsReportingOnly = license.IsReportingOnly,
            };
        if (filter.OnlyShort == true)
        {
            rows = rows.Where(row => row.Pool.ShortSince != null);
        }

        if (filter.Billing is { } billing)
        {
            rows = rows.Where(row => row.Billing == billing);
        }

        if (found is not null)
        {
            rows = rows.Where(row => found.Contains(row.EntitlementId));
        }

        return WithTags(db, rows, account, virtualAccount, filter).WhereContains(row => row.Name, filter.Text);
    }

    private static IQueryable<PoolWithName> WithTags(PurserContext db, IQueryable<PoolWithName> rows, long account, long virtualAccount, LicenseFilter filter)
    {
        var keys = LicenseTagRules.Split([filter.Tags ?? ""]).Select(LicenseTagRules.KeyOf).ToList();
        var detail = filter.WithTransactions == true;
        if (keys.Count == 0)
        {
            return rows;
        }

        var uses =
            from tag in db.LicenseTags
            join use in db.LicenseTagUses on new { tag.AccountId, TagId = tag.Id } equals new { use.AccountId, use.TagId }
            where tag.AccountId == account && tag.VirtualAccountId == virtualAccount && (use.LineId == LicenseTagUse.WholeLicense
                || (detail && db.Holdings.Any(held => held.AccountId == account && held.LineId == use.LineId && held.VirtualAccountId == virtualAccount && held.Held > 0)))
            select new { use.EntitlementId, tag.NameKey };
        if (filter.AnyTag == true)
        {
            return rows.Where(row => uses.Any(use => use.EntitlementId == row.EntitlementId && keys.Contains(use.NameKey)));
        }

        return keys.Aggregate(rows, (found, key) => found.Where(row => uses.Any(use => use.EntitlementId == row.EntitlementId && use.NameKey == key)));
    }

    private static async Task<ILookup<long, string>> LoansAsync(
        PurserContext db, long account, long virtualAccount, IReadOnlyList<PoolWithName> rows, LicenseFilter filter, CancellationToken cancellation)
    {
        if (rows.All(row => row.Pool.Lent + row.Pool.Borrowed == 0))
        {
            return Array.Empty<(long License, string Text)>().ToLookup(row => row.License, row => row.Text);
        }

        if (filter.Past is not null)
        {
            // Who lent to whom follows from the tiers of then, which the catalog has forgotten.
            return rows.SelectMany(row => new (long License, string Text, long Count)[]
                {
                    (row.EntitlementId, $"{row.Pool.Borrowed} from higher tiers", row.Pool.Borrowed), (row.EntitlementId, $"{row.Pool.Lent} lent to lower tiers", row.Pool.Lent),
                }).Where(part => part.Count > 0).ToLookup(part => part.License, part => part.Text);
        }

        var tiers = await (
            from pool in db.Pools
            join license in db.Entitlements on pool.EntitlementId equals license.Id
            where pool.AccountId == account && pool.VirtualAccountId == virtualAccount && pool.Billing == Billing.Prepaid && license.TierGroup != null
            select new { License = license, Pool = pool }).ToListAsync(cancellation);
        var names = tiers.ToDictionary(tier => tier.License.Id, tier => tier.License.Name);
        return tiers.GroupBy(tier => tier.License.TierGroup)
            .SelectMany(group => TierSubstitution.Loans(group.Select(tier => (tier.License, tier.Pool))))
            .SelectMany(loan => new[]
            {
                (License: loan.BorrowerId, Text: $"{loan.Quantity} from {names[loan.LenderId]}"),
                (License: loan.LenderId, Text: $"{loan.Quantity} lent to {names[loan.BorrowerId]}"),
            })
            .ToLookup(row => row.License, row => row.Text);
    }

    private async Task<ILookup<long, LicenseAlert>> AlertsAsync(
        PurserContext db, Actor actor, long account, long virtualAccount, List<long>? licenses, LicenseFilter filter, CancellationToken cancellation)
    {
        var mayView = filter.Past is null && actor.May(Permission.AlertView, account, virtualAccount);
        var now = clock.Now;
        var alerts = await db.Alerts
            .Where(alert => mayView && alert.AccountId == account && alert.VirtualAccountId == virtualAccount && alert.State == AlertState.Open
                && alert.EntitlementId != null && alert.DeviceId == null && (alert.HiddenUntil == null || alert.HiddenUntil <= now)
                && (licenses == null || licenses.Contains(alert.EntitlementId.Value)))
            .OrderBy(alert => alert.Id).ToListAsync(cancellation);
        return alerts.OrderBy(alert => alert.Level).ToLookup(
            alert => alert.EntitlementId!.Value,
            alert => new LicenseAlert(alert.Id, alert.Level, alert.Kind, AlertCatalogue.Of(alert.Kind).Title, AlertTexts.AsOf(alert.Message, alert.DueAt, now)));
    }

    /// <summary>A pool beside the name by which it is sorted.</summary>
    private sealed class PoolWithName
    {
        public required string Name { get; init; }
        public required long EntitlementId { get; init; }
        public required Billing Billing { get; init; }
        public required int BillingOrder { get; init; }
        public required string Description { get; init; }
        public required Enforcement Enforcement { get; init; }
        public required Pool Pool { get; init; }
        public required bool IsReportingOnly { get; init; }

        public LicenseRow ToRow(ILookup<long, LicenseAlert> alerts, ILookup<long, string> tags) => new(
            EntitlementId, Name, Description, Billing, Enforcement, Pool.Purchased, Pool.Pending, Pool.InUse, Pool.Reserved, Pool.InTransition,
            Pool.Balance, Pool.Available, Pool.ShortSince, [.. alerts[EntitlementId]])
        {
            Lent = Pool.Lent, Borrowed = Pool.Borrowed, Tags = [.. tags[EntitlementId]], IsReportingOnly = IsReportingOnly,
        };
    }
}
