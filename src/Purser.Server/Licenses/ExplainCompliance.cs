using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>Answers "why is this out of compliance, since when, what happens, what helps" from the book, the log and the uses (LI-13).</summary>
public sealed class ExplainCompliance(Database database, DomainClock clock, PurserSettings settings)
{
    private const int MostRequests = 20;
    private const int MostPlaces = 5;
    private const int MostSilent = 20;
    private const int MostEnds = 5;
    private const int AuthorizationDays = 90;

    public async Task<ComplianceReport?> HandleAsync(Actor actor, long account, long virtualAccount, long license, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var place = await db.VirtualAccounts.FirstOrDefaultAsync(row => row.AccountId == account && row.Id == virtualAccount, cancellation);
        var entitlement = await db.Entitlements.FirstOrDefaultAsync(row => row.Id == license, cancellation);
        if (place is null || entitlement is null || !actor.May(Permission.LicenseView, account, virtualAccount))
        {
            return null;
        }

        var pool = await db.Pools.FirstOrDefaultAsync(
                row => row.AccountId == account && row.VirtualAccountId == virtualAccount && row.EntitlementId == license && row.Billing == Billing.Prepaid, cancellation)
            ?? new Pool { AccountId = account, VirtualAccountId = virtualAccount, EntitlementId = license };
        var view = new View(db, actor, pool);
        return new ComplianceReport(
            entitlement.Name, place.Name, pool.Purchased, pool.InUse, pool.Reserved, pool.Balance, ComplianceSentences.Summary(pool), pool.ShortSince,
            pool.ShortSince is null ? null : await CauseAsync(view, cancellation),
            pool.Balance < 0 ? await UncoveredAsync(view, cancellation) : [],
            await view.Uses.CountAsync(cancellation),
            [.. ComplianceSentences.Of(pool, entitlement.Enforcement, await FirstAuthorizationEndAsync(view, cancellation), await EndsAsync(view, cancellation))],
            pool.Balance < 0 ? await RemediesAsync(view, entitlement.Name, cancellation) : []);
    }

    /// <summary>The event before the first report of this shortage, made by the same act: a request, a transfer, an expiry, a removal.</summary>
    private async Task<ComplianceCause?> CauseAsync(View view, CancellationToken cancellation)
    {
        var (pool, since) = (view.Pool, view.Pool.ShortSince!.Value);
        var events = view.Db.Events.Where(row => row.AccountId == pool.AccountId && row.EntitlementId == pool.EntitlementId
            && (row.VirtualAccountId == pool.VirtualAccountId || row.OtherVirtualAccountId == pool.VirtualAccountId));
        var report = await events.Where(row => row.At >= since && row.Kind == LicensingEvents.InsufficientKind && row.VirtualAccountId == pool.VirtualAccountId)
            .OrderBy(row => row.Seq).FirstOrDefaultAsync(cancellation);
        if (report is null)
        {
            return null;
        }

        var cause = await events.Where(row => row.Seq < report.Seq && row.At == report.At && row.Kind != LicensingEvents.InsufficientKind)
            .OrderByDescending(row => row.Seq).FirstOrDefaultAsync(cancellation) ?? report;
        return new ComplianceCause(
            cause.Seq, cause.At, cause.Kind, cause.Message, cause.ActorIsStaff && !view.Actor.IsStaff ? settings.Vendor.SupportName : cause.ActorName);
    }

    /// <summary>Who asked last gets least: the newest requests until they make up the shortage.</summary>
    private static async Task<IReadOnlyList<UncoveredRequest>> UncoveredAsync(View view, CancellationToken cancellation)
    {
        var newest = await (
            from use in view.Uses
            join device in view.Db.Devices on new { use.AccountId, Id = use.DeviceId } equals new { device.AccountId, device.Id }
            orderby use.Since descending, use.DeviceId descending
            select new { device.Id, device.DisplayName, use.Requested, use.Since, device.LastContactAt }).Take(MostRequests).ToListAsync(cancellation);
        var missing = view.Pool.Shortage;
        var uncovered = new List<UncoveredRequest>();
        foreach (var request in newest.TakeWhile(_ => missing > 0))
        {
            var part = Math.Min(missing, request.Requested);
            uncovered.Add(new UncoveredRequest(request.Id, request.DisplayName, request.Requested, part, request.Since, request.LastContactAt));
            missing -= part;
        }

        return uncovered;
    }

    private static async Task<DateTimeOffset?> FirstAuthorizationEndAsync(View view, CancellationToken cancellation)
    {
        var first = await (
            from use in view.Uses
            join device in view.Db.Devices on new { use.AccountId, Id = use.DeviceId } equals new { device.AccountId, device.Id }
            where device.AuthorizedAt != null
            orderby device.AuthorizedAt
            select device.AuthorizedAt).FirstOrDefaultAsync(cancellation);
        return first?.AddDays(AuthorizationDays);
    }

    private async Task<List<(DateTimeOffset End, long Units)>> EndsAsync(View view, CancellationToken cancellation)
    {
        var (pool, now) = (view.Pool, clock.Now);
        var ends = await (
            from holding in view.Db.Holdings
            join line in view.Db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
            where holding.AccountId == pool.AccountId && holding.VirtualAccountId == pool.VirtualAccountId && holding.EntitlementId == pool.EntitlementId
                && holding.Held > 0 && line.State == LineState.Active && line.EndsAt > now
            group holding.Held by line.EndsAt into end
            orderby end.Key
            select new { end.Key, Units = end.Sum() }).Take(MostEnds).ToListAsync(cancellation);
        return ends.ConvertAll(end => (end.Key!.Value, end.Units));
    }

    private async Task<IReadOnlyList<Remedy>> RemediesAsync(View view, string license, CancellationToken cancellation)
    {
        var (pool, actor) = (view.Pool, view.Actor);
        var remedies = new List<Remedy>();
        var reach = actor.ReachOf(Permission.LicenseTransfer, pool.AccountId);
        if (reach.Covers(pool.VirtualAccountId))
        {
            remedies.AddRange(await SurplusAsync(view, reach, cancellation));
        }

        if (actor.May(Permission.DeviceRemove, pool.AccountId, pool.VirtualAccountId))
        {
            remedies.AddRange(await SilentAsync(view, cancellation));
        }

        // Only what the person may see; whoever sees a part is told to ask (domain rules 10.7).
        if (!reach.IsWhole)
        {
            remedies.Add(ComplianceSentences.Ask);
        }

        remedies.Add(ComplianceSentences.Order(pool.Shortage, license));
        return remedies;
    }

    private static async Task<IEnumerable<Remedy>> SurplusAsync(View view, Reach reach, CancellationToken cancellation)
    {
        var (pool, isWhole, places) = (view.Pool, reach.IsWhole, reach.VirtualAccountIds.ToList());
        var surplus = await (
            from other in view.Db.Pools
            join place in view.Db.VirtualAccounts on new { other.AccountId, Id = other.VirtualAccountId } equals new { place.AccountId, place.Id }
            let available = other.Purchased - other.InUse - other.Firm - other.InTransition - other.Uncovered - other.Lent
            where other.AccountId == pool.AccountId && other.EntitlementId == pool.EntitlementId && other.Billing == pool.Billing
                && other.VirtualAccountId != pool.VirtualAccountId && available > 0 && (isWhole || places.Contains(other.VirtualAccountId))
            orderby available descending, place.Id
            select new { place.Id, place.Name, Available = available }).Take(MostPlaces).ToListAsync(cancellation);
        return surplus.Select(place => ComplianceSentences.Transfer(place.Id, place.Name, place.Available, pool.Shortage));
    }

    private async Task<IEnumerable<Remedy>> SilentAsync(View view, CancellationToken cancellation)
    {
        var days = int.Parse(settings.Devices.SilenceDays.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
        var before = clock.Now.AddDays(-days);
        var silent = await (
            from use in view.Uses
            join device in view.Db.Devices on new { use.AccountId, Id = use.DeviceId } equals new { device.AccountId, device.Id }
            where device.LastContactAt <= before
            orderby device.LastContactAt, device.Id
            select new { device.Id, use.Requested }).Take(MostSilent).ToListAsync(cancellation);
        return silent.Count == 0
            ? []
            : [ComplianceSentences.Reclaim(silent.ConvertAll(device => (device.Id, device.Requested)), days, silent.Sum(device => device.Requested))];
    }

    /// <summary>The pool in question and who asks.</summary>
    private sealed record View(PurserContext Db, Actor Actor, Pool Pool)
    {
        public IQueryable<LicenseUse> Uses => Db.LicenseUses.Where(use => use.AccountId == Pool.AccountId
            && use.VirtualAccountId == Pool.VirtualAccountId && use.EntitlementId == Pool.EntitlementId && !use.Released);
    }
}
