using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Silence;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>Answers "why is this out of compliance, since when, what happens, what helps" from the book, the log and the uses (LI-13).</summary>
public sealed class ExplainCompliance(Database database, DomainClock clock, PurserSettings settings, DayZone zone, ForecastUse forecasts)
{
    private const int MostRequests = 20;
    private const int MostPlaces = 5;
    private const int MostSilent = 20;

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
        var users = await UsersAsync(view, cancellation);
        var now = clock.Now;
        var timeline = await new ComplianceTimeline(db, actor, new PoolKey(virtualAccount, license), account, settings.Vendor.SupportName).LoadAsync(now, cancellation);
        var forecast = await forecasts.HandleAsync(actor, account, virtualAccount, license, cancellation);
        return new ComplianceReport(
            entitlement.Name, place.Name, pool.Purchased, pool.InUse, pool.Reserved, pool.Balance, ComplianceSentences.Summary(pool, users), pool.ShortSince,
            pool.ShortSince is { } since ? timeline.FirstOrDefault(turn => turn.At == since && turn.Kind == ComplianceTurnKind.Short)?.Cause : null,
            pool.Balance < 0 ? await UncoveredAsync(view, cancellation) : [],
            users.All,
            await new ComplianceComing(db, pool, settings, zone, now).LoadAsync(entitlement.Enforcement, users, forecast, cancellation),
            pool.Balance < 0 ? await RemediesAsync(view, users, entitlement.Name, cancellation) : [])
        {
            Timeline = timeline,
            CompliantSince = pool.Balance >= 0 && timeline.Count > 0 ? timeline[0].At : null,
            Forecast = forecast,
            ReportingDevices = users.Reporting,
            Reserving = await ReservedRequests.ReadAsync(db, pool, cancellation),
        };
    }

    private static async Task<LicenseUsers> UsersAsync(View view, CancellationToken cancellation)
    {
        var modes = await (
            from use in view.Uses
            join device in view.Db.Devices on new { use.AccountId, Id = use.DeviceId } equals new { device.AccountId, device.Id }
            group use.Requested by device.Mode into mode
            select new { mode.Key, Count = mode.Count(), Units = mode.Sum() }).ToListAsync(cancellation);

        // What a reserving one asks for beyond its reservation is what it reports (SP-06).
        var reporting = modes.FindAll(mode => mode.Key is DeviceMode.Policy or DeviceMode.Reserved);
        return new LicenseUsers(modes.Sum(mode => mode.Count) - reporting.Sum(mode => mode.Count), reporting.Sum(mode => mode.Count), reporting.Sum(mode => mode.Units));
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

    private async Task<IReadOnlyList<Remedy>> RemediesAsync(View view, LicenseUsers users, string license, CancellationToken cancellation)
    {
        var (pool, actor) = (view.Pool, view.Actor);
        var remedies = new List<Remedy>();
        var reach = actor.ReachOf(Permission.LicenseTransfer, pool.AccountId);
        if (reach.Covers(pool.VirtualAccountId))
        {
            if (pool.Pending > 0)
            {
                remedies.Add(ComplianceSentences.Upgrade(pool.Pending, pool.Shortage));
            }

            remedies.AddRange(await SurplusAsync(view, reach, cancellation));
        }

        if (actor.May(Permission.DeviceRemove, pool.AccountId, pool.VirtualAccountId))
        {
            remedies.AddRange(await SilentAsync(view, cancellation));
        }

        if (users.Reporting > 0)
        {
            remedies.Add(ComplianceSentences.UseLess(users.Reported, pool.Shortage));
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

    /// <summary>What removing them frees: not what is detached on purpose, nor one of a pair, whose peer may count then, nor restricted licenses, which cannot be taken (domain rules 7.6, 7.8, 7.9).</summary>
    private async Task<IEnumerable<Remedy>> SilentAsync(View view, CancellationToken cancellation)
    {
        var silence = SilenceRules.Of(settings.Devices).FirstWarning;
        var (days, before) = (silence.Days, clock.Now - silence);
        var silent = await (
            from use in view.Uses
            join device in view.Db.Devices on new { use.AccountId, Id = use.DeviceId } equals new { device.AccountId, device.Id }
            where device.State == DeviceState.Registered && device.Mode == DeviceMode.Direct && device.LastContactAt <= before
                && (device.SilenceFrom == null || device.SilenceFrom <= before) && !use.IsLocked && use.PeerKey == null
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
            && use.VirtualAccountId == Pool.VirtualAccountId && use.EntitlementId == Pool.EntitlementId && use.Billing == Pool.Billing && !use.Released && !use.Covered);
    }
}
