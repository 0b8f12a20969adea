using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Licenses;

[Trait("Feature", "LI-05")]
public sealed class TransferLicensesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Domain rules 4, the worked example: A 10 | 4 (3) | +3, B 1 | 4 | −3.</summary>
    [Theory, Engines]
    public async Task What_is_available_moves_and_the_shortage_it_covers_ends_at_once(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await ExampleAsync(installation);
        Assert.Equal(["10 | 4 (3) | +3", "1 | 4 | −3"], [await stock.RowAsync("A"), await stock.RowAsync("B")]);
        Assert.Equal(["InsufficientLicenses: 3"], await stock.AlertsAsync("B"));

        var refused = await TransferAsync(installation, stock, Row("Advantage", 4));
        Assert.Equal(RefusalCode.NotEnoughAvailable, refused.Refusal?.Code);
        Assert.Contains("3 can", refused.Refusal!.Detail, StringComparison.Ordinal);

        var done = await TransferAsync(installation, stock, Row("Advantage", 3));
        Assert.True(done.IsOk, done.Refusal?.Detail);
        Assert.Equal(["7 | 4 (3) | 0", "4 | 4 | 0"], [await stock.RowAsync("A"), await stock.RowAsync("B")]);
        Assert.Empty(await stock.AlertsAsync("B"));
        Assert.Contains("3 Advantage licenses were transferred from the Virtual Account \"A\" to the Virtual Account \"B\".", await stock.EventsAsync());
    }

    /// <summary>Domain rules 1.4: at most 6 perpetual, at most 8 term, together at most 8.</summary>
    [Theory]
    [InlineData("Perpetual:6", true)]
    [InlineData("Perpetual:7", false)]
    [InlineData("2026-12-31:8", true)]
    [InlineData("2026-12-31:9", false)]
    [InlineData("Perpetual:6 2026-12-31:2", true)]
    [InlineData("Perpetual:6 2026-12-31:3", false)]
    [InlineData("Perpetual:3 Perpetual:3", true)]
    [InlineData("Perpetual:4 Perpetual:3", false)]
    [InlineData("any:8", true)]
    [InlineData("any:9", false)]
    [InlineData("2027-12-31:1", false)]
    [InlineData("Perpetual:0", false)]
    [InlineData("Perpetual:-1", false)]
    [InlineData("any:9223372036854775807", false)]
    public async Task Each_row_is_limited_by_its_lines_and_all_together_by_the_pool(string rows, bool allowed)
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        var stock = await MixedAsync(installation);
        Assert.Equal("18 | 6 (4) | +8", await stock.RowAsync("A"));
        var verdict = await TransferAsync(installation, stock, [.. rows.Split(' ').Select(row => row.Split(':')).Select(row =>
            new TransferLicenses.Row("Advantage", long.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture), row[0] == "any" ? null : row[0]))]);
        Assert.Equal(allowed, verdict.IsOk);
        if (!allowed)
        {
            Assert.Equal("18 | 6 (4) | +8", await stock.RowAsync("A"));
        }
    }

    /// <summary>Domain rules 4.3: a number alone takes the longest term first, perpetual counting as the longest.</summary>
    [Theory]
    [InlineData(TransferOrder.LongestTermFirst, "Perpetual 6, 2026-12-31 1")]
    [InlineData(TransferOrder.LongestTermLast, "2026-12-31 7")]
    public async Task A_number_alone_follows_the_order_of_terms(TransferOrder order, string expected)
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        var stock = await MixedAsync(installation);
        Assert.True((await OrderedAsync(installation, stock, order, null, Row("Advantage", 7))).IsOk);
        var options = await installation.Get<TransferOptions>().HandleAsync(Actor.System, stock.Account.Id, await stock.PlaceAsync("B"), [], cancellation: Cancellation);
        Assert.Equal(expected, string.Join(", ", options.Rows.Select(row => $"{row.Term} {row.Purchased}")));
    }

    [Theory, Engines]
    public async Task All_rows_or_none(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 5);
        await stock.DepositAsync("A", 2, license: "Essentials");
        Assert.False((await TransferAsync(installation, stock, Row("Advantage", 5), Row("Essentials", 3))).IsOk);
        Assert.Equal(["5 | 0 | +5", "2 | 0 | +2"], [await stock.RowAsync("A"), await stock.RowAsync("A", "Essentials")]);
        Assert.True((await TransferAsync(installation, stock, Row("Advantage", 5), Row("Essentials", 2))).IsOk);
        Assert.Equal(["5 | 0 | +5", "2 | 0 | +2"], [await stock.RowAsync("B"), await stock.RowAsync("B", "Essentials")]);
    }

    /// <summary>Domain rules 4.5.</summary>
    [Theory, Engines]
    public async Task A_stale_preview_is_decided_anew_and_never_applied_silently(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 10);
        await stock.DepositAsync("B", 1);
        var input = await InputAsync(stock, Row("Advantage", 4));
        var preview = (await installation.Get<TransferLicenses>().PreviewAsync(Actor.System, stock.Account.Id, input, Cancellation)).Value;
        Assert.Equal(
            new TransferEffect(preview.Licenses[0].EntitlementId, "Advantage", 4, new(10, 0, 0, 10), new(6, 0, 0, 6), new(1, 0, 0, 1), new(5, 0, 0, 5)), preview.Licenses[0]);

        await stock.UseAsync("A", 5);
        var changed = await OrderedAsync(installation, stock, TransferOrder.LongestTermFirst, preview.Fingerprint, Row("Advantage", 4));
        Assert.True(changed.Value.PreviewWasStale);
        Assert.Equal("6 | 5 | +1", await stock.RowAsync("A"));

        var unfit = await OrderedAsync(installation, stock, TransferOrder.LongestTermFirst, preview.Fingerprint, Row("Advantage", 4));
        Assert.Equal(RefusalCode.Stale, unfit.Refusal?.Code);

        var fresh = (await installation.Get<TransferLicenses>().PreviewAsync(Actor.System, stock.Account.Id, await InputAsync(stock, Row("Advantage", 1)), Cancellation)).Value;
        var last = await OrderedAsync(installation, stock, TransferOrder.LongestTermFirst, fresh.Fingerprint, Row("Advantage", 1));
        Assert.False(last.Value.PreviewWasStale);
    }

    [Theory, Engines]
    public async Task The_right_is_needed_on_both_sides_and_other_accounts_do_not_exist(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var people = new TestPeople(installation);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 10);
        var (a, b) = (await stock.PlaceAsync("A"), await stock.PlaceAsync("B"));
        var other = await people.AccountAsync("other.example");
        var transfer = installation.Get<TransferLicenses>();
        foreach (var (actor, from, to, code) in new[]
        {
            (await people.PersonAsync(stock.Account, Role.VirtualAccountAdministrator, a), a, b, RefusalCode.NotFound),
            (await people.PersonAsync(stock.Account, Role.SmartAccountViewer), a, b, RefusalCode.NotAllowed),
            (await people.PersonAsync(stock.Account, Role.SmartAccountUser), a, other.DefaultVirtualAccountId, RefusalCode.NotFound),
            (await people.PersonAsync(stock.Account, Role.SmartAccountUser), a, a, RefusalCode.SameVirtualAccount),
        })
        {
            var input = new TransferLicenses.Input(from, to, [new("Advantage", 1)]);
            var verdict = await transfer.HandleAsync(new Command(TransferLicenses.Name, actor, input) { Accounts = [stock.Account.Id] }, input, Cancellation);
            Assert.Equal(code, verdict.Refusal?.Code);
            Assert.Equal(code, (await transfer.PreviewAsync(actor, stock.Account.Id, input, Cancellation)).Refusal?.Code);
        }

        Assert.Equal("10 | 0 | +10", await stock.RowAsync("A"));
    }

    /// <summary>Read–decide–save oversells unless the head is locked first: fifty at once for the last ten units.</summary>
    [Theory, Engines]
    public async Task Fifty_transfers_at_once_never_oversell(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 10);
        await stock.PlaceAsync("B");
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => TransferAsync(installation, stock, Row("Advantage", 1))));
        Assert.Equal(10, verdicts.Count(verdict => verdict.IsOk));
        Assert.All(verdicts.Where(verdict => !verdict.IsOk), verdict => Assert.Equal(RefusalCode.NotEnoughAvailable, verdict.Refusal!.Code));
        Assert.Equal(["0 | 0 | 0", "10 | 0 | +10"], [await stock.RowAsync("A"), await stock.RowAsync("B")]);
    }

    private static Task<Verdict<TransferLicenses.Answer>> TransferAsync(TestInstallation installation, TestStock stock, params TransferLicenses.Row[] rows) =>
        OrderedAsync(installation, stock, TransferOrder.LongestTermFirst, null, rows);

    private static async Task<Verdict<TransferLicenses.Answer>> OrderedAsync(
        TestInstallation installation, TestStock stock, TransferOrder order, string? fingerprint, params TransferLicenses.Row[] rows)
    {
        var input = await InputAsync(stock, rows) with { Order = order, Fingerprint = fingerprint };
        return await installation.Get<TransferLicenses>()
            .HandleAsync(new Command(TransferLicenses.Name, Actor.System, input) { Accounts = [stock.Account.Id] }, input, Cancellation);
    }

    private static TransferLicenses.Row Row(string license, long quantity) => new(license, quantity);

    private static async Task<TransferLicenses.Input> InputAsync(TestStock stock, params TransferLicenses.Row[] rows) =>
        new(await stock.PlaceAsync("A"), await stock.PlaceAsync("B"), rows);

    private static async Task<TestStock> ExampleAsync(TestInstallation installation)
    {
        var stock = await TestStock.MakeAsync(installation);
        var line = await stock.DepositAsync("A", 10);
        await stock.UseAsync("A", 4);
        await stock.ReserveAsync("A", line, 3);
        await stock.DepositAsync("B", 1);
        await stock.UseAsync("B", 4);
        return stock;
    }

    /// <summary>Domain rules 1.3 and 1.4 without the pending ones: 10 perpetual, 4 of them reserved, 8 term, 6 in use.</summary>
    private static async Task<TestStock> MixedAsync(TestInstallation installation)
    {
        var stock = await TestStock.MakeAsync(installation);
        var perpetual = await stock.DepositAsync("A", 10);
        await stock.DepositAsync("A", 8, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), DayZone.Utc));
        await stock.ReserveAsync("A", perpetual, 4);
        await stock.UseAsync("A", 6);
        return stock;
    }
}
