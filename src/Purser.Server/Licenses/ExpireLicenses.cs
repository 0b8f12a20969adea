using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Jobs;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// The calendar of terms: lines begin and end on their days, and warnings are raised before (LI-10; domain rules 2.3, 10.3). Looks for accounts
/// in which something is due and settles each in a command of its own; safe to run at any time, by any node, twice.
/// </summary>
public sealed class ExpireLicenses(Database database, DomainClock clock, WritePath writePath, ExpiryPeriods periods, DayZone zone) : IJob
{
    private const int LinesAtOnce = 200;

    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    public async Task<string> RunAsync(CancellationToken cancellation) => $"{await HandleAsync(cancellation)} accounts had something due";

    /// <returns>How many accounts had something due.</returns>
    public async Task<int> HandleAsync(CancellationToken cancellation = default)
    {
        var due = await DueAsync(clock.Now, cancellation);
        foreach (var account in due)
        {
            await SettleAsync(account, cancellation);
        }

        return due.Count;
    }

    private async Task SettleAsync(long account, CancellationToken cancellation)
    {
        var command = new Command("licenses.expire", Actor.System, new { }) { Accounts = [account], Ids = 4 * LinesAtOnce };
        while (true)
        {
            var verdict = await writePath.RunAsync<bool>(command, scope => SettleSliceAsync(scope, account), cancellation);
            if (!verdict.IsOk)
            {
                throw new InvalidOperationException($"Terms of account {account} could not be settled: {verdict.Refusal}");
            }

            if (!verdict.Value)
            {
                return;
            }
        }
    }

    /// <returns>Whether there may be more.</returns>
    private async Task<Verdict<bool>> SettleSliceAsync(WriteScope scope, long account)
    {
        var today = scope.Today;
        var starting = await scope.Db.LicenseLines
            .Where(line => line.AccountId == account && line.State == LineState.Future && line.StartsOn <= today)
            .OrderBy(line => line.Id).Take(LinesAtOnce).ToListAsync();
        foreach (var line in starting)
        {
            await scope.Ledger(account).StartAsync(line);
        }

        var ending = await scope.Db.LicenseLines
            .Where(line => line.AccountId == account && (line.State == LineState.Active || line.State == LineState.UpgradePending) && line.EndsAt <= scope.Now)
            .OrderBy(line => line.EndsAt).ThenBy(line => line.Id).Take(LinesAtOnce).ToListAsync();
        await ExpireAsync(scope, account, ending);
        await SettleUsageAsync(scope, account, today);
        await scope.Db.SaveChangesAsync();
        await WarnAsync(scope, account);
        return starting.Count == LinesAtOnce || ending.Count == LinesAtOnce;
    }

    private static async Task SettleUsageAsync(WriteScope scope, long account, DateOnly today)
    {
        var due = await scope.Db.UsageSubscriptions
            .Where(usage => usage.AccountId == account && ((usage.State == SubscriptionState.Future && usage.StartsOn <= today)
                || ((usage.State == SubscriptionState.Active || usage.State == SubscriptionState.Future) && usage.EndsAt <= scope.Now)))
            .OrderBy(usage => usage.Id).Take(LinesAtOnce).ToListAsync();
        foreach (var usage in due)
        {
            await new UsageBook(scope, account).ChangeStateAsync(
                usage, usage.EndsAt > scope.Now || usage.EndsAt is null ? SubscriptionState.Active : usage.CanceledAt is null ? SubscriptionState.Expired : SubscriptionState.Canceled);
        }
    }

    private static async Task ExpireAsync(WriteScope scope, long account, IEnumerable<LicenseLine> lines)
    {
        var expired = new Dictionary<TermGroup, (long Quantity, DateOnly LastDay)>();
        foreach (var line in lines)
        {
            foreach (var (virtualAccount, quantity) in await scope.Ledger(account).ExpireAsync(line, scope.NextId(IdKind.Transaction)))
            {
                var term = new TermGroup(virtualAccount, line.EntitlementId, line.EndsAt!.Value);
                expired[term] = (expired.GetValueOrDefault(term).Quantity + quantity, line.EndsOn ?? scope.DayZone.LastDay(term.EndsAt));
            }
        }

        foreach (var (term, (quantity, lastDay)) in expired)
        {
            await RaiseExpiredAsync(scope, account, term, quantity, lastDay);
        }
    }

    // Raised at the end, unless the last warning was dismissed (domain rules 10.2; help ch. 9).
    private static async Task RaiseExpiredAsync(WriteScope scope, long account, TermGroup term, long quantity, DateOnly lastDay)
    {
        var warning = AlertSubjects.Expiring(term.VirtualAccountId, term.EntitlementId, term.EndsAt);
        var last = await scope.Db.Alerts.Where(alert => alert.AccountId == account && alert.Subject == warning)
            .OrderByDescending(alert => alert.RaisedAt).ThenByDescending(alert => alert.Id).FirstOrDefaultAsync();
        if (last?.State == AlertState.Dismissed)
        {
            return;
        }

        var license = await LedgerNames.LicenseAsync(scope, term.EntitlementId);
        var virtualAccount = await LedgerNames.VirtualAccountAsync(scope, account, term.VirtualAccountId);
        await scope.Alerts(account).RaiseAsync(new AlertDraft(
            AlertKind.LicensesExpired, AlertLevel.Minor, AlertSubjects.Expired(term.VirtualAccountId, term.EntitlementId, term.EndsAt),
            AlertTexts.Expired(quantity, license, virtualAccount, lastDay))
        {
            VirtualAccountId = term.VirtualAccountId,
            EntitlementId = term.EntitlementId,
            Count = quantity,
            DueAt = term.EndsAt,
        });
    }

    private async Task WarnAsync(WriteScope scope, long account)
    {
        var horizon = scope.Now.AddDays(periods.Longest);
        var groups = await (
            from line in scope.Db.LicenseLines
            join holding in scope.Db.Holdings on new { line.AccountId, line.Id } equals new { holding.AccountId, Id = holding.LineId }
            where line.AccountId == account && line.State == LineState.Active && line.EndsAt > scope.Now && line.EndsAt <= horizon && holding.Held > 0
            select new { holding.VirtualAccountId, line.EntitlementId, line.EndsAt }).Distinct().ToListAsync();
        await new ExpiryWarnings(scope, account, periods)
            .SettleAsync(groups.Select(term => new TermGroup(term.VirtualAccountId, term.EntitlementId, term.EndsAt!.Value)).ToList());
    }

    /// <summary>Accounts in which a line begins or has ended, or a warning period has begun without its warning.</summary>
    private async Task<IReadOnlyCollection<long>> DueAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var today = zone.DayOf(now);
        var due = new SortedSet<long>(await db.LicenseLines
            .Where(line => (line.State == LineState.Future && line.StartsOn <= today) || ((line.State == LineState.Active || line.State == LineState.UpgradePending) && line.EndsAt <= now))
            .Select(line => line.AccountId).Distinct().ToListAsync(cancellation));
        due.UnionWith(await db.UsageSubscriptions
            .Where(usage => (usage.State == SubscriptionState.Future && usage.StartsOn <= today)
                || ((usage.State == SubscriptionState.Active || usage.State == SubscriptionState.Future) && usage.EndsAt <= now))
            .Select(usage => usage.AccountId).Distinct().ToListAsync(cancellation));
        foreach (var (period, next) in periods.Steps)
        {
            var (soonest, latest) = (now.AddDays(next), now.AddDays(period));
            var unwarned = await (
                from line in db.LicenseLines
                join holding in db.Holdings on new { line.AccountId, line.Id } equals new { holding.AccountId, Id = holding.LineId }
                where line.State == LineState.Active && line.EndsAt > soonest && line.EndsAt <= latest && holding.Held > 0
                    && !db.Alerts.Any(alert => alert.AccountId == line.AccountId && alert.VirtualAccountId == holding.VirtualAccountId
                        && alert.EntitlementId == line.EntitlementId && alert.Kind == AlertKind.LicensesExpiring && alert.DueAt == line.EndsAt
                        && alert.Period == period && alert.State != AlertState.Cleared)
                select new { line.AccountId, line.LicenseType, line.AcquiredAt, line.StartsOn, line.EndsAt }).Distinct().ToListAsync(cancellation);
            due.UnionWith(unwarned
                .Where(line => periods.Running(
                    line.EndsAt!.Value, ExpiryPeriods.WholeLength(line.LicenseType, line.AcquiredAt, line.StartsOn, line.EndsAt.Value, zone), now) is not null)
                .Select(line => line.AccountId));
        }

        return due;
    }
}
