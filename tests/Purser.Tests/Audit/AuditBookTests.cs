using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Tokens;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Audit;

/// <summary>Whatever is changed behind the ledger's back, the audit names it (SA-16).</summary>
[Trait("Feature", "SA-16")]
public sealed class AuditBookTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task An_installation_that_only_the_ledger_wrote_is_clean(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        await LiveAsync(installation);
        var report = await installation.Get<AuditBook>().HandleAsync(Cancellation);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
        Assert.Equal(1, report.Accounts);
        Assert.True(report.Rows > 20);
    }

    public static TheoryData<string, string> Tampering => new()
    {
        { "update event set message = 'nothing happened' where seq = 4 and account_id > 0", "event 4: expected hash" },
        { "update event set at = at + 1 where seq = 2 and account_id > 0", "event 2: expected hash" },
        { "delete from event where seq = 3 and account_id > 0", "event 3: expected a row, found a gap up to event 4" },
        { "delete from event where seq = (select max(seq) from event where account_id > 0) and account_id > 0", "rows, as the head says" },
        { "update ledger_entry set quantity = 9 where seq = 1", "ledger entry 1: expected hash" },
        { "update ledger_entry set notes = 'x' where seq = 2", "ledger entry 2: expected hash" },
        { "delete from ledger_entry where seq = 2", "ledger entry 2: expected a row, found a gap" },
        { "update audit_entry set input = 'nothing' where seq = 3 and account_id > 0", "audit entry 3: expected hash" },
        { "update audit_entry set actor_name = 'Somebody else' where seq = 2 and account_id = 0", "(the installation), audit entry 2: expected hash" },
        { "update account_head set entry_seq = entry_seq + 1 where account_id > 0", "rows, as the head says" },
        { "update account_head set event_hash = entry_hash where account_id > 0", "head of the event chain" },
        { "update license_line set quantity = quantity + 1 where license_type = 'Perpetual'", "quantity: expected 10, found 11" },
        { "delete from license_line where license_type = 'Perpetual'", "expected a row, as the book deposits it, found none" },
        { "update license_line set state = 'Removed' where license_type = 'Perpetual'", "which is Removed: expected no units left, found 10" },
        { "update holding set held = held + 1 where held = 7", "held: expected 7, found 8" },
        { "delete from holding where held = 7", "expected 7 units, as the book says, found no row" },
        { "update holding set firm = firm - 1 where firm > 0", "reserved firmly: expected 1, found 2" },
        { "update pool set purchased = purchased + 1 where in_use = 12", "purchased: expected 7, found 8" },
        { "update pool set in_use = in_use - 1 where in_use = 12", "in use: expected 12, found 11" },
        { "update pool set pending = 1 where in_use = 12", "pending upgrades: expected 0, found 1" },
        { "update pool set lent = 3 where in_use = 12", "lent to lower tiers: expected 0, found 3" },
        { "update pool set borrowed = 2 where in_use = 12", "borrowed from higher tiers: expected 0, found 2" },
        { "update pool set short_since = null where in_use = 12", "short since (balance -7): expected True, found False" },
        { "delete from pool where in_use = 12", "pool of Advantage in virtual account A: expected a row with 7 purchased and 12 in use, found none" },
        { "update license_use set requested = requested + 1 where requested = 12", "in use: expected 13, found 12" },
        { "update license_use set virtual_account_id = 999 where requested = 12", "where the product instance is, found virtual account 999" },
        { "update alert set state = 'Cleared' where kind = 'InsufficientLicenses' and state = 'Open'", "shortage in its open alert: expected 7, found 0" },
        { "update device set state = 'Removed'", "expected a registered product instance, found a removed one" },
        { "delete from device_directory", "expected an entry in the directory for piid-" },
        { "update device_directory set device_id = 424242", "that leads to it" },
        { "update device_directory set account_id = 424242", "number 424242, which does not exist" },
    };

    [Theory, MemberData(nameof(Tampering))]
    public async Task Whatever_was_changed_is_named(string sql, string expected)
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        await LiveAsync(installation);
        await ExecuteAsync(installation, sql);
        var report = await installation.Get<AuditBook>().HandleAsync(Cancellation);
        Assert.Contains(expected, string.Join('\n', report.Findings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delete from token_directory", "expected an entry in the directory, found none that leads to it")]
    [InlineData("update token_directory set token_id = 424242", "directory entry of registration token 424242: expected such a token, found none")]
    [InlineData("delete from registration_token", "expected such a token, found none")]
    public async Task A_token_and_its_directory_belong_together(string sql, string expected)
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        var stock = await LiveAsync(installation);
        var input = new CreateTokens.Input([await stock.PlaceAsync("A")]) { TermsAccepted = true };
        Assert.True((await installation.Get<CreateTokens>().HandleAsync(new Command("test", Actor.System, input) { Accounts = [stock.Account.Id] }, input, Cancellation)).IsOk);
        Assert.True((await installation.Get<AuditBook>().HandleAsync(Cancellation)).IsClean);
        await ExecuteAsync(installation, sql);
        Assert.Contains(expected, string.Join('\n', (await installation.Get<AuditBook>().HandleAsync(Cancellation)).Findings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_the_installations_own_journal_fails_the_job()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        await LiveAsync(installation);
        await ExecuteAsync(installation, "update audit_entry set actor_name = 'Somebody else' where seq = 2 and account_id = 0");
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => installation.Get<AuditJob>().RunAsync(Cancellation));
        Assert.Contains("audit entry 2: expected hash", fault.Message, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task The_command_tells_the_first_discrepancy_while_the_server_works(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        await LiveAsync(installation);
        var store = installation.Get<PurserSettings>().Store;
        string[] args = store.IsPostgres ? ["--connection", store.ConnectionString] : ["--data", store.DataDirectory];
        using var output = new StringWriter();
        Assert.Equal(0, await AuditCommand.RunAsync(args, output, output));
        Assert.StartsWith("Clean: 1 Smart Account,", output.ToString(), StringComparison.Ordinal);

        await ExecuteAsync(installation, "update pool set purchased = purchased + 1 where in_use = 12");
        Assert.Equal(1, await AuditCommand.RunAsync(args, output, output));
        Assert.Contains("Smart Account acme.example (1001), pool of Advantage in virtual account A, purchased: expected 7, found 8.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 discrepancies in 1 Smart Account,", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_neither_clean_nor_wrong()
    {
        using var output = new StringWriter();
        Assert.Equal(2, await AuditCommand.RunAsync([], output, output));
        Assert.Equal(2, await AuditCommand.RunAsync(["--data", "no-such-directory"], output, output));
        Assert.Equal(2, await AuditCommand.RunAsync(["--connection", "Host=127.0.0.1;Port=1;Username=nobody;Timeout=2"], output, output));
        Assert.Equal(2, await AuditCommand.RunAsync(["--connection", "nonsense"], output, output));
        Assert.False(Directory.Exists("no-such-directory"));
    }

    [Theory, Engines]
    public async Task The_job_raises_an_alert_and_takes_it_back(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await LiveAsync(installation);
        var job = installation.Get<AuditJob>();
        await ExecuteAsync(installation, "update pool set purchased = purchased + 1 where in_use = 12");
        Assert.Equal("1 accounts audited, 1 with discrepancies", await job.RunAsync(Cancellation));
        await using var db = installation.Database.Read();
        var alert = await db.Alerts.SingleAsync(row => row.Kind == AlertKind.IntegrityViolation && row.State == AlertState.Open, Cancellation);
        Assert.Equal(stock.Account.Id, alert.AccountId);
        Assert.Contains("purchased: expected 7, found 8", alert.Message, StringComparison.Ordinal);

        await ExecuteAsync(installation, "update pool set purchased = purchased - 1 where in_use = 12");
        await job.RunAsync(Cancellation);
        Assert.False(await db.Alerts.AnyAsync(row => row.Kind == AlertKind.IntegrityViolation && row.State == AlertState.Open, Cancellation));
    }

    /// <summary>A: 10 perpetual, 3 of them moved on, 12 in use, 2 reserved; a term that ended; something removed.</summary>
    private static async Task<TestStock> LiveAsync(TestInstallation installation)
    {
        var stock = await TestStock.MakeAsync(installation);
        var line = await stock.DepositAsync("A", 10);
        await stock.DepositAsync("A", 6, LicenseTerms.Demo(installation.Clock.Now, DayZone.Utc));
        await stock.ReserveAsync("A", line, 2);
        var (a, b) = (await stock.PlaceAsync("A"), await stock.PlaceAsync("B"));
        var transfer = new TransferLicenses.Input(a, b, [new("Advantage", 3, "Perpetual")]);
        Assert.True((await installation.Get<TransferLicenses>().HandleAsync(new Command("test", Actor.System, transfer) { Accounts = [stock.Account.Id] }, transfer, Cancellation)).IsOk);
        installation.Advance(TimeSpan.FromDays(61));
        await installation.Get<ExpireLicenses>().HandleAsync(Cancellation);
        await stock.UseAsync("A", 12);
        Assert.Equal("7 | 12 (2) | −7", await stock.RowAsync("A"));
        return stock;
    }

    private static async Task ExecuteAsync(TestInstallation installation, string sql) =>
        await installation.Database.WriteAsync(async db => Assert.True(await db.Database.ExecuteSqlRawAsync(sql, Cancellation) > 0, "The statement changed nothing"));
}
