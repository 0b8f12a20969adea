using Purser.Server.Audit;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Licenses;

/// <summary>Higher tiers cover lower ones (domain rules 5).</summary>
[Trait("Feature", "LI-11")]
public sealed class TierSubstitutionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Each tier as "purchased in-use reserved", the highest first; then the balances after substitution.
    [Theory]
    [InlineData("5 2 0, 3 5 0", "1 0")] // the example of the rules
    [InlineData("5 4 0, 3 5 0", "0 -1")] // own use grew: it takes its units back first
    [InlineData("5 2 0, 3 3 0", "3 0")] // nothing is short
    [InlineData("0 2 0, 5 1 0", "-2 4")] // never upwards
    [InlineData("9 0 0, 0 4 0, 0 3 0", "2 0 0")] // through all tiers
    [InlineData("5 0 0, 2 0 0, 0 4 0", "3 0 0")] // the nearest lends first
    [InlineData("3 0 0, 0 2 0, 0 4 0", "0 0 -3")] // the nearest is covered first
    [InlineData("5 2 2, 3 5 0", "0 -1")] // what is reserved is not lent
    [InlineData("5 0 0, 3 2 4", "3 -1")] // and only use is covered: 2 of the 3 that are missing
    public void Balances_after_substitution(string tiers, string expected)
    {
        var pools = tiers.Split(", ").Select((tier, index) =>
        {
            var figures = tier.Split(' ').Select(long.Parse).ToArray();
            var license = new Entitlement { Id = index + 1, Tag = "", TagUuid = "", Name = "", TierGroup = "stack", TierRank = 10 - index };
            return (License: license, Pool: new Pool { EntitlementId = license.Id, Purchased = figures[0], InUse = figures[1], Firm = figures[2] });
        }).ToList();
        TierSubstitution.Settle(pools);
        Assert.Equal(expected, string.Join(' ', pools.Select(tier => tier.Pool.Balance)));
        Assert.Equal(pools.Sum(tier => tier.Pool.Lent), pools.Sum(tier => tier.Pool.Borrowed));
    }

    [Theory]
    [InlineData(Enforcement.ExportRestricted, false, 2)]
    [InlineData(Enforcement.NotEnforced, true, 2)]
    [InlineData(Enforcement.Enforced, false, 1)] // of the same rank
    public void Restricted_reporting_only_and_equal_ones_take_no_part(Enforcement enforcement, bool reportingOnly, int rank)
    {
        var lower = new Entitlement { Id = 2, Tag = "", TagUuid = "", Name = "", TierGroup = "stack", TierRank = 1 };
        var higher = new Entitlement { Id = 1, Tag = "", TagUuid = "", Name = "", TierGroup = "stack", TierRank = rank, Enforcement = enforcement, IsReportingOnly = reportingOnly };
        Assert.Empty(TierSubstitution.Loans([(higher, new Pool { Purchased = 5 }), (lower, new Pool { InUse = 3 })]));
    }

    [Theory, Engines]
    public async Task Both_tiers_show_it_and_alerts_follow(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await StockAsync(installation);
        await stock.UseAsync("A", 2);
        await stock.UseAsync("A", 5, "Essentials");
        Assert.Equal(["5 | 2 | +1", "3 | 5 | 0"], [await stock.RowAsync("A"), await stock.RowAsync("A", "Essentials")]);
        Assert.Empty(await stock.AlertsAsync());
        var list = installation.Get<ListLicenses>();
        var place = await stock.PlaceAsync("A");
        Assert.Equal(["2 lent to Essentials"], (await list.FindAsync(Actor.System, stock.Account.Id, place, await stock.LicenseAsync(), Stop))!.Substitutions);
        Assert.Equal(["2 from Advantage"], (await list.FindAsync(Actor.System, stock.Account.Id, place, await stock.LicenseAsync("Essentials"), Stop))!.Substitutions);

        // The explanation adds up.
        var browser = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(stock.Account, Role.SmartAccountUser));
        foreach (var (license, sum) in new[] { ("Advantage", "5 purchased − 2 in use − 2 lent to lower tiers = +1"), ("Essentials", "3 purchased − 5 in use + 2 from higher tiers = 0") })
        {
            var page = await (await browser.GetAsync($"/accounts/{stock.Account.Domain}/inventory/{place}/licenses/{await stock.LicenseAsync(license)}/why")).Content.ReadAsStringAsync(Stop);
            Assert.Contains(sum, System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        }

        // The published API tells it of the lower tier, in the spellings of both clients.
        using var api = await installation.People.ApiAsync(stock.Account);
        var rows = await api.PostJsonAsync($"/services/api/smart-accounts-and-licensing/v1/accounts/{stock.Account.Domain}/licenses", new { virtualAccounts = new[] { "A" } });
        var lower = rows.Json.GetProperty("licenses").EnumerateArray().Single(row => row.GetProperty("license").GetString() == "Essentials");
        var substitution = Assert.Single(lower.GetProperty("licenseSubstitutions").EnumerateArray().ToList());
        Assert.Equal(("Advantage", 2), (substitution.GetProperty("substitutedLicense").GetString(), substitution.GetProperty("substitutedQuantity").GetInt32()));

        // The higher tier needs its units itself; then they come back.
        var grown = await stock.UseAsync("A", 2);
        Assert.Equal(["5 | 4 | 0", "3 | 5 | −1"], [await stock.RowAsync("A"), await stock.RowAsync("A", "Essentials")]);
        Assert.Equal(["InsufficientLicenses: 1"], await stock.AlertsAsync());
        Assert.Contains("The Virtual Account \"A\" reported a shortage of 1 Essentials license.", await stock.EventsAsync());
        await stock.RunAsync<Done>(async scope =>
        {
            await scope.Ledger(stock.Account.Id).ReleaseUsesAsync(grown, keepDemand: true);
            return Verdict.Done;
        });
        Assert.Empty(await stock.AlertsAsync());
        await AssertCleanAsync(installation);
    }

    [Theory, Engines]
    public async Task What_is_lent_is_not_available_for_a_transfer(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await StockAsync(installation);
        await stock.UseAsync("A", 2);
        await stock.UseAsync("A", 5, "Essentials");
        var transfer = installation.Get<TransferLicenses>();
        Assert.Equal(RefusalCode.NotEnoughAvailable, (await MoveAsync(2)).Refusal!.Code);
        Assert.True((await MoveAsync(1)).IsOk);
        Assert.Equal(["4 | 2 | 0", "3 | 5 | 0"], [await stock.RowAsync("A"), await stock.RowAsync("A", "Essentials")]);

        // Licenses of its own arrive: the borrowed ones go back.
        await stock.DepositAsync("A", 2, license: "Essentials");
        Assert.Equal(["4 | 2 | +2", "5 | 5 | 0"], [await stock.RowAsync("A"), await stock.RowAsync("A", "Essentials")]);
        await AssertCleanAsync(installation);

        async Task<Verdict<TransferLicenses.Answer>> MoveAsync(long quantity)
        {
            var input = new TransferLicenses.Input(await stock.PlaceAsync("A"), await stock.PlaceAsync("B"), [new("Advantage", quantity)]);
            return await transfer.HandleAsync(new Command(TransferLicenses.Name, Actor.System, input) { Accounts = [stock.Account.Id] }, input, Stop);
        }
    }

    [Theory, Engines]
    public async Task A_change_of_the_tiers_is_settled_everywhere(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await StockAsync(installation);
        await stock.UseAsync("A", 5, "Essentials");
        Assert.Empty(await stock.AlertsAsync());
        await ApplyAsync(installation, "");
        await installation.Get<SettleTiers>().HandleAsync(Stop);
        Assert.Equal("3 | 5 | −2", await stock.RowAsync("A", "Essentials"));
        Assert.Equal(["InsufficientLicenses: 2"], await stock.AlertsAsync());
        await AssertCleanAsync(installation);
        await ApplyAsync(installation, "stack");
        Assert.Equal(1, await installation.Get<SettleTiers>().HandleAsync(Stop));
        Assert.Empty(await stock.AlertsAsync());
        Assert.Equal(0, await installation.Get<SettleTiers>().HandleAsync(Stop));
    }

    /// <summary>5 Advantage above 3 Essentials, in A.</summary>
    private static async Task<TestStock> StockAsync(TestInstallation installation)
    {
        var stock = await TestStock.MakeAsync(installation);
        await ApplyAsync(installation, "stack");
        await stock.DepositAsync("A", 5);
        await stock.DepositAsync("A", 3, license: "Essentials");
        return stock;
    }

    private static async Task ApplyAsync(TestInstallation installation, string group)
    {
        var (higher, lower) = group.Length == 0 ? (0, 0) : (2, 1);
        var done = await installation.Get<ApplyCatalog>().HandleAsync(
            Actor.System, new CatalogDraft { Entitlements = [new EntitlementDraft("Advantage", TierGroup: group, TierRank: higher), new EntitlementDraft("Essentials", TierGroup: group, TierRank: lower)] },
            cancellation: Stop);
        Assert.True(done.IsOk, done.Refusal?.Detail);
    }

    private static async Task AssertCleanAsync(TestInstallation installation)
    {
        var report = await installation.Get<AuditBook>().HandleAsync(Stop);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }
}
