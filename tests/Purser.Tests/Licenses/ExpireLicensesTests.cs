using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Licenses;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Licenses;

/// <summary>The worked examples of domain rules 2.2, 2.3 and 10.3, word by word.</summary>
[Trait("Feature", "LI-10")]
public sealed class ExpireLicensesTests
{
    [Theory, Engines]
    public async Task A_term_leaves_the_pool_at_its_end_used_or_not(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 5);
        await stock.DepositAsync("A", 5, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), DayZone.Utc));
        await stock.UseAsync("A", 8);
        Assert.Equal("10 | 8 | +2", await stock.RowAsync("A"));

        await AtAsync(installation, "2026-12-31 23:59");
        Assert.Equal("10 | 8 | +2", await stock.RowAsync("A"));
        await AtAsync(installation, "2027-01-01 00:00");
        Assert.Equal("5 | 8 | −3", await stock.RowAsync("A"));
        Assert.Equal(["LicensesExpired: 5", "InsufficientLicenses: 3"], await stock.AlertsAsync());
        Assert.Contains("5 \"Advantage\" licenses expired and were removed from the Virtual Account \"A\".", await stock.EventsAsync());
    }

    [Theory, Engines]
    public async Task Warnings_come_on_their_days_and_replace_each_other(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 10, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), DayZone.Utc));
        var raised = new List<string>();
        for (var day = new DateTime(2026, 9, 30); day <= new DateTime(2027, 1, 2); day = day.AddDays(1))
        {
            await AtAsync(installation, $"{day:yyyy-MM-dd} 00:00");
            var open = string.Join(", ", await stock.AlertsAsync());
            if (raised.Count == 0 ? open.Length > 0 : !raised[^1].EndsWith(open, StringComparison.Ordinal))
            {
                raised.Add($"{day:MM-dd} {open}");
            }
        }

        Assert.Equal(
            [
                "10-03 LicensesExpiring 90: 10", "11-02 LicensesExpiring 60: 10", "12-02 LicensesExpiring 30: 10", "12-18 LicensesExpiring 14: 10",
                "12-25 LicensesExpiring 7: 10", "12-29 LicensesExpiring 3: 10", "12-30 LicensesExpiring 2: 10", "12-31 LicensesExpiring 1: 10",
                "01-01 LicensesExpired: 10",
            ],
            raised);
    }

    [Theory, Engines]
    public async Task A_transfer_carries_the_running_warning_along_at_once(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        var line = await stock.DepositAsync("A", 10, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), DayZone.Utc));
        await AtAsync(installation, "2026-12-20 12:00");
        Assert.Equal(["LicensesExpiring 14: 10"], await stock.AlertsAsync("A"));

        // The table counts the days that are left today, not those when the warning was raised.
        var row = await installation.Get<ListLicenses>().FindAsync(Actor.System, stock.Account.Id, await stock.PlaceAsync("A"), await stock.LicenseAsync(), TestContext.Current.CancellationToken);
        Assert.Contains("in 12 days", Assert.Single(row!.Alerts).Message, StringComparison.Ordinal);

        var (from, to) = (await stock.PlaceAsync("A"), await stock.PlaceAsync("B"));
        await stock.RunAsync<Done>(async scope =>
        {
            var moved = (await scope.Db.LicenseLines.FindAsync(stock.Account.Id, line))!;
            var holding = (await scope.Db.Holdings.FindAsync(stock.Account.Id, line, from))!;
            await scope.Ledger(stock.Account.Id).MoveAsync(moved, holding, to, 4, scope.NextId(IdKind.Transaction));
            return Verdict.Done;
        });
        Assert.Equal(["LicensesExpiring 14: 6"], await stock.AlertsAsync("A"));
        Assert.Equal(["LicensesExpiring 14: 4"], await stock.AlertsAsync("B"));
    }

    [Theory, Engines]
    public async Task A_late_deposit_enters_the_running_period_at_once(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await AtAsync(installation, "2026-12-20 12:00");
        await stock.DepositAsync("A", 3, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), DayZone.Utc));
        Assert.Equal(["LicensesExpiring 14: 3"], await stock.AlertsAsync("A"));
    }

    [Theory, Engines]
    public async Task A_demo_first_warns_at_thirty_days_and_goes_after_sixty(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await AtAsync(installation, "2026-03-02 08:00");
        await stock.DepositAsync("A", 5, LicenseTerms.Demo(installation.Clock.Now, DayZone.Utc));
        await AtAsync(installation, "2026-04-01 07:59");
        Assert.Empty(await stock.AlertsAsync());
        await AtAsync(installation, "2026-04-01 08:00");
        Assert.Equal(["LicensesExpiring 30: 5"], await stock.AlertsAsync());
        await AtAsync(installation, "2026-05-01 07:59");
        Assert.Equal("5 | 0 | +5", await stock.RowAsync("A"));
        await AtAsync(installation, "2026-05-01 08:00");
        Assert.Equal("0 | 0 | 0", await stock.RowAsync("A"));
    }

    [Theory, Engines]
    public async Task A_dismissed_warning_stays_away_until_the_next_period_and_the_last_one_silences_the_end(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 5, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), DayZone.Utc));
        await AtAsync(installation, "2026-12-30 00:00");
        await DismissAsync(stock);
        await AtAsync(installation, "2026-12-30 12:00");
        await stock.DepositAsync("A", 1, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), DayZone.Utc));
        Assert.Empty(await stock.AlertsAsync());
        await AtAsync(installation, "2026-12-31 00:00");
        Assert.Equal(["LicensesExpiring 1: 6"], await stock.AlertsAsync());
        await DismissAsync(stock);
        await AtAsync(installation, "2027-01-01 00:00");
        Assert.Empty(await stock.AlertsAsync());
        Assert.Equal("0 | 0 | 0", await stock.RowAsync("A"));
    }

    [Theory, Engines]
    public async Task A_reserved_term_leaves_its_reservation_behind_as_uncovered(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 10);
        var line = await stock.DepositAsync("A", 5, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), DayZone.Utc));
        await stock.ReserveAsync("A", line, 3);
        await stock.UseAsync("A", 4);
        Assert.Equal("15 | 4 (3) | +8", await stock.RowAsync("A"));
        await AtAsync(installation, "2027-01-01 00:00");
        Assert.Equal("10 | 4 (3) | +3", await stock.RowAsync("A"));
        Assert.Equal(3, (await stock.PoolAsync("A")).Uncovered);
    }

    [Theory, Engines, Trait("Feature", "LI-01")]
    public async Task A_line_that_begins_later_is_in_no_pool_until_its_day(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 7, LicenseTerms.Term(new DateOnly(2026, 3, 1), 12, DayZone.Utc));
        Assert.Equal("0 | 0 | 0", await stock.RowAsync("A"));
        await AtAsync(installation, "2026-02-28 23:59");
        Assert.Equal("0 | 0 | 0", await stock.RowAsync("A"));
        await AtAsync(installation, "2026-03-01 00:00");
        Assert.Equal("7 | 0 | +7", await stock.RowAsync("A"));
        await AtAsync(installation, "2027-03-01 00:00");
        Assert.Equal("0 | 0 | 0", await stock.RowAsync("A"));
    }

    private static async Task AtAsync(TestInstallation installation, string instant)
    {
        installation.Clock.HoldAt(DateTimeOffset.ParseExact(
            instant, "yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal));
        var expire = installation.Get<ExpireLicenses>();
        await expire.HandleAsync(TestContext.Current.CancellationToken);

        // Nothing is due twice.
        Assert.Equal(0, await expire.HandleAsync(TestContext.Current.CancellationToken));
    }

    private static Task DismissAsync(TestStock stock) => stock.RunAsync<Done>(async scope =>
    {
        var alert = await scope.Db.Alerts.SingleAsync(row => row.AccountId == stock.Account.Id && row.Kind == AlertKind.LicensesExpiring && row.State == AlertState.Open);
        scope.Alerts(stock.Account.Id).Close(alert, AlertState.Dismissed, "somebody");
        return Verdict.Done;
    });
}
