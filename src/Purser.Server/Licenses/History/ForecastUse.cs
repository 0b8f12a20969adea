using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>Forecasts the day on which a license runs dry in a virtual account (LI-14).</summary>
public sealed class ForecastUse(Database database, DomainClock clock, DayZone zone)
{
    /// <returns>Null where the reader may not see the virtual account, or there is no such license.</returns>
    public async Task<Forecast?> HandleAsync(Actor actor, long account, long virtualAccount, long license, CancellationToken cancellation = default)
    {
        if (!actor.May(Permission.LicenseView, account, virtualAccount))
        {
            return null;
        }

        await using var db = database.Read(account);
        var entitlement = await db.Entitlements.FirstOrDefaultAsync(row => row.Id == license, cancellation);
        if (entitlement is null || !await db.VirtualAccounts.AnyAsync(row => row.AccountId == account && row.Id == virtualAccount, cancellation))
        {
            return null;
        }

        if (entitlement.IsReportingOnly)
        {
            return new Forecast(ForecastKind.NotApplicable, "It is reporting only: there are always as many as are used.", null, null, null, 0, null);
        }

        var pool = await db.Pools.FirstOrDefaultAsync(
            row => row.AccountId == account && row.VirtualAccountId == virtualAccount && row.EntitlementId == license && row.Billing == Billing.Prepaid, cancellation);
        if (pool is null)
        {
            return new Forecast(ForecastKind.NotApplicable, "No number of it is purchased here in advance, so nothing can run dry.", null, null, null, 0, null);
        }

        var now = clock.Now;
        var history = await PoolPast.LoadAsync(db, new PoolKey(virtualAccount, license), account, now.AddDays(-7 * ForecastRules.MostWeeks), now, cancellation);

        // What higher tiers cover counts as there; what is lent comes back when it is needed (domain rules 5).
        return ForecastRules.Of(
            zone.DayOf(now), history.Weeks(now, ForecastRules.MostWeeks), pool.InUse + pool.Reserved, pool.Purchased + pool.Borrowed,
            await ChangesAsync(db, pool, now, cancellation));
    }

    /// <summary>What is known of the time looked ahead: terms that end, and licenses whose first day comes.</summary>
    private async Task<IReadOnlyList<SupplyChange>> ChangesAsync(PurserContext db, Pool pool, DateTimeOffset now, CancellationToken cancellation)
    {
        var today = zone.DayOf(now);
        var until = now.AddDays(ForecastRules.Horizon);
        var terms = await (
            from holding in db.Holdings
            join line in db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
            where holding.AccountId == pool.AccountId && holding.VirtualAccountId == pool.VirtualAccountId && holding.EntitlementId == pool.EntitlementId
                && holding.Held > 0 && (line.State == LineState.Future || (line.State == LineState.Active && line.EndsAt > now && line.EndsAt <= until))
            group holding.Held by new { line.State, line.StartsOn, line.EndsAt } into term
            select new { term.Key.State, term.Key.StartsOn, term.Key.EndsAt, Units = term.Sum() }).ToListAsync(cancellation);
        var changes = terms.Where(term => term.EndsAt is not null).Select(term => new SupplyChange(zone.DayOf(term.EndsAt!.Value), -term.Units))
            .Concat(terms.Where(term => term.State == LineState.Future && term.StartsOn is not null).Select(term => new SupplyChange(term.StartsOn!.Value, term.Units)));
        return [.. changes.Where(change => change.Day.DayNumber - today.DayNumber <= ForecastRules.Horizon).OrderBy(change => change.Day)];
    }
}
