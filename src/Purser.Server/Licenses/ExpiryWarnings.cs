using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;

namespace Purser.Server.Licenses;

/// <summary>Keeps the warnings "Licenses Expiring" true: one for each group of units that end together, with the number still held (domain rules 10.3).</summary>
internal sealed class ExpiryWarnings(WriteScope scope, long accountId, ExpiryPeriods periods)
{
    public async Task SettleAsync(IReadOnlyCollection<TermGroup> groups)
    {
        var near = groups.Where(term => term.EndsAt <= scope.Now.AddDays(periods.Longest))
            .OrderBy(term => term.EndsAt).ThenBy(term => term.VirtualAccountId).ThenBy(term => term.EntitlementId).ToList();
        if (near.Count == 0)
        {
            return;
        }

        // What this command changed must be visible to the sums below.
        await scope.Db.SaveChangesAsync();
        foreach (var term in near)
        {
            await SettleAsync(term);
        }
    }

    private async Task SettleAsync(TermGroup term)
    {
        var subject = AlertSubjects.Expiring(term.VirtualAccountId, term.EntitlementId, term.EndsAt);
        var lines = await (
            from line in scope.Db.LicenseLines
            join holding in scope.Db.Holdings on new { line.AccountId, line.Id } equals new { holding.AccountId, Id = holding.LineId }
            where line.AccountId == accountId && line.EntitlementId == term.EntitlementId && line.EndsAt == term.EndsAt && line.State == LineState.Active
                && holding.VirtualAccountId == term.VirtualAccountId && holding.Held > 0
            select new { line.LicenseType, line.AcquiredAt, line.StartsOn, line.EndsOn, holding.Held }).ToListAsync();
        var length = lines.Select(line => ExpiryPeriods.WholeLength(line.LicenseType, line.AcquiredAt, line.StartsOn, term.EndsAt, scope.DayZone))
            .DefaultIfEmpty(TimeSpan.Zero).Max();
        if (periods.Running(term.EndsAt, length, scope.Now) is not { } period)
        {
            await scope.Alerts(accountId).ClearAsync(subject);
            return;
        }

        if (await WasDismissedAsync(subject, period))
        {
            return;
        }

        var count = lines.Sum(line => line.Held);
        var daysLeft = (int)Math.Ceiling((term.EndsAt - scope.Now).TotalDays);
        var license = await LedgerNames.LicenseAsync(scope, term.EntitlementId);
        var virtualAccount = await LedgerNames.VirtualAccountAsync(scope, accountId, term.VirtualAccountId);
        await scope.Alerts(accountId).RaiseAsync(new AlertDraft(
            AlertKind.LicensesExpiring, AlertLevel.Minor, subject, AlertTexts.Expiring(count, license, virtualAccount, daysLeft, lines.Max(line => line.EndsOn) ?? scope.DayZone.LastDay(term.EndsAt)))
        {
            VirtualAccountId = term.VirtualAccountId,
            EntitlementId = term.EntitlementId,
            Count = count,
            Period = period,
            DueAt = term.EndsAt,
        });
    }

    // Dismissing ends this occurrence; only the next period is a new one (domain rules 10.4).
    private Task<bool> WasDismissedAsync(string subject, int period) =>
        scope.Db.Alerts.AnyAsync(alert =>
            alert.AccountId == accountId && alert.Subject == subject && alert.Period == period && alert.State == AlertState.Dismissed);
}
