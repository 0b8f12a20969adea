using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Jobs;
using Purser.Server.Store;

namespace Purser.Server.Alerts;

/// <summary>A minor alert whose due date passes becomes major, and shows again if it was put off (AL-02; domain rules 10.6).</summary>
public sealed class PromoteAlerts(Database database, DomainClock clock, WritePath writePath) : IJob
{
    private const int AccountsAtOnce = 500;

    // While a piece is written, the account's devices wait.
    private const int AlertsAtOnce = 500;

    private static readonly AlertKind[] Kinds = [.. AlertCatalogue.Kinds.Where(kind => AlertCatalogue.Of(kind).BecomesMajor)];

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var promoted = 0;
        IReadOnlyList<long> accounts;
        do
        {
            await using var db = database.Read();
            accounts = await Due(db, clock.Now).Select(alert => alert.AccountId).Distinct().OrderBy(id => id).Take(AccountsAtOnce).ToListAsync(cancellation);
            foreach (var account in accounts)
            {
                promoted += await PromoteAsync(account, cancellation);
            }
        }
        while (accounts.Count == AccountsAtOnce);
        await ForgetHidingsAsync(cancellation);
        return $"{promoted} alerts became major";
    }

    /// <summary>What persons hid from themselves ends with the occurrence.</summary>
    private Task ForgetHidingsAsync(CancellationToken cancellation) => database.WriteAsync(
        db => db.AlertHidings.IgnoreQueryFilters()
            .Where(row => !db.Alerts.IgnoreQueryFilters().Any(alert => alert.AccountId == row.AccountId && alert.Id == row.AlertId && alert.State == AlertState.Open))
            .ExecuteDeleteAsync(cancellation),
        cancellation);

    private async Task<int> PromoteAsync(long account, CancellationToken cancellation)
    {
        for (var promoted = 0; ;)
        {
            var piece = await PromoteSomeAsync(account, cancellation);
            promoted += piece;
            if (piece < AlertsAtOnce)
            {
                return promoted;
            }
        }
    }

    private async Task<int> PromoteSomeAsync(long account, CancellationToken cancellation)
    {
        var command = new Command("alerts.promote", Actor.System, new { }) { Accounts = [account] };
        var verdict = await writePath.RunAsync<int>(command, async scope =>
        {
            var due = await Due(scope.Db, scope.Now).Where(alert => alert.AccountId == account).OrderBy(alert => alert.DueAt).ThenBy(alert => alert.Id).Take(AlertsAtOnce).ToListAsync(cancellation);
            await AlertHidings.ShowAgainAsync(scope.Db, account, [.. due.Select(alert => alert.Id)], cancellation);
            foreach (var alert in due)
            {
                alert.Level = AlertLevel.Major;
                alert.HiddenUntil = null;
            }

            return due.Count;
        }, cancellation);
        return verdict.IsOk ? verdict.Value : throw new InvalidOperationException($"Alerts of account {account} could not be promoted: {verdict.Refusal}");
    }

    private static IQueryable<Alert> Due(PurserContext db, DateTimeOffset now) => db.Alerts.Where(alert =>
        alert.State == AlertState.Open && alert.Level == AlertLevel.Minor && alert.DueAt <= now && Kinds.Contains(alert.Kind));
}
