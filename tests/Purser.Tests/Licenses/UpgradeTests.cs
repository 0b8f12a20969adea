using System.Globalization;
using System.Net;
using Purser.Server.Audit;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Orders;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Licenses;

/// <summary>Pending upgrades and their completion (help ch. 4; domain rules 6).</summary>
[Trait("Feature", "LI-08")]
public sealed class UpgradeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // domain rules 6.2: maximum = min(pending, ⌊replaceable ÷ ratio⌋).
    [Theory]
    [InlineData(4, 10, 2, 4)]
    [InlineData(4, 7, 2, 3)]
    [InlineData(4, 1, 2, 0)]
    [InlineData(0, 10, 1, 0)]
    public void The_maximum_is_limited_by_both_sides(long pending, long replaceable, long ratio, long expected) =>
        Assert.Equal(expected, new UpgradeOption(1, "UP", 1, "Advantage", 2, "Essentials", ratio, pending, replaceable).Maximum);

    [Theory, Engines]
    public async Task The_example_of_the_rules(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation, essentials: 10, inUse: 6, pending: 4);
        Assert.Equal("10 | 6 | +4", await world.Stock.RowAsync("A", "Essentials"));
        Assert.Equal(4, (await world.Stock.PoolAsync("A")).Pending);
        Assert.Contains(
            "4 new \"Advantage\" perpetual licenses were added to the Virtual Account \"A\". These licenses will become available when the upgrade is completed by "
            + "identifying the licenses to be replaced by the upgrade licenses.", await world.Stock.EventsAsync());
        Assert.Equal(["UpgradePending: 4"], await world.Stock.AlertsAsync("A"));
        var option = Assert.Single((await world.Api.GetJsonAsync(world.Path)).Json.EnumerateArray().ToList());
        Assert.Equal((4, 4, 10, 2), (option.GetProperty("maximum").GetInt32(), option.GetProperty("pending").GetInt32(), option.GetProperty("replaceable").GetInt32(), option.GetProperty("ratio").GetInt32()));

        var review = (await installation.Get<UpgradeLicenses>().ReviewAsync(Actor.System, world.Stock.Account.Id, world.Input(3), Stop)).Value;
        Assert.Equal((6L, 2L), (review.Replaced, review.Shortage));
        var done = await world.UpgradeAsync(3);
        Assert.Equal((HttpStatusCode.OK, 6), (done.Status, done.Json.GetProperty("replaced").GetInt32()));
        Assert.Equal("4 | 6 | −2", await world.Stock.RowAsync("A", "Essentials"));
        Assert.Equal("3 | 0 | +3", await world.Stock.RowAsync("A"));
        Assert.Equal(1, (await world.Stock.PoolAsync("A")).Pending);
        Assert.Equal(["UpgradePending: 1", "InsufficientLicenses: 2"], await world.Stock.AlertsAsync("A"));

        Assert.Equal(HttpStatusCode.OK, (await world.UpgradeAsync(1)).Status);
        Assert.DoesNotContain("UpgradePending: 1", await world.Stock.AlertsAsync("A"));
        var rows = (await world.Api.GetJsonAsync($"{world.Stock.Account.Api}/transactions?license={world.License}")).Items;
        Assert.Contains(rows, row => row.GetProperty("type").GetString() == "Deposit" && row.GetProperty("source").GetString() == "Upgrade Completed" && row.GetProperty("count").GetInt32() == 3);
        var lines = (await world.Api.GetJsonAsync($"{world.Stock.Account.Api}/virtual-accounts/{world.A}/license-transactions?license={world.License}")).Items.ToList();
        Assert.Equal(4, lines.Where(line => line.GetProperty("state").GetString() == "Active" && line.GetProperty("orderNumber").GetString() == "SO-UP").Sum(line => line.GetProperty("quantity").GetInt32()));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Pending_licenses_are_neither_transferred_nor_used_and_reserved_ones_are_not_replaced(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation, essentials: 0, inUse: 0, pending: 4);
        var line = await world.Stock.DepositAsync("A", 5, license: "Essentials");
        await world.Stock.ReserveAsync("A", line, 4);
        await world.Stock.UseAsync("A", 1);
        Assert.Equal("0 | 1 | −1", await world.Stock.RowAsync("A"));
        var transfer = new TransferLicenses.Input(world.A, await world.Stock.PlaceAsync("B"), [new("Advantage", 1)]);
        var refused = await installation.Get<TransferLicenses>().HandleAsync(world.Command(transfer), transfer, Stop);
        Assert.Equal(RefusalCode.NotEnoughAvailable, refused.Refusal!.Code);

        var answer = await world.UpgradeAsync(1);
        Assert.Equal(("not-enough-available", UpgradeRules.NotEnough), (answer.Code, answer.Json.GetProperty("detail").GetString()));
        Assert.Equal(4, (await world.Stock.PoolAsync("A")).Pending);
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Replaced_in_another_virtual_account_it_lands_there(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation, essentials: 0, inUse: 0, pending: 4);
        await world.Stock.DepositAsync("B", 5, license: "Essentials");
        var b = await world.Stock.PlaceAsync("B");
        Assert.Equal(HttpStatusCode.OK, (await world.UpgradeAsync(2, b)).Status);
        Assert.Equal(["1 | 0 | +1", "2 | 0 | +2", "0 | 0 | 0"], [await world.Stock.RowAsync("B", "Essentials"), await world.Stock.RowAsync("B"), await world.Stock.RowAsync("A")]);
        Assert.Equal((2, 0), ((await world.Stock.PoolAsync("A")).Pending, (await world.Stock.PoolAsync("B")).Pending));

        // Both rights are needed; what cannot be seen is not there.
        using var half = await installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountUser, world.A);
        Assert.Equal(HttpStatusCode.NotFound, (await half.PostJsonAsync(world.Path, new { sku = "UP-A", replaces = "Essentials", quantity = 1, toVirtualAccountId = b })).Status);
        using var reader = await installation.People.ApiAsync(world.Stock.Account, Role.SmartAccountViewer);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostJsonAsync(world.Path, new { sku = "UP-A", replaces = "Essentials", quantity = 1 })).Status);
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Started_in_two_windows_the_second_is_told_to_start_over(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation, essentials: 10, inUse: 0, pending: 4);
        var browser = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(world.Stock.Account, Role.SmartAccountUser));
        var window = $"/accounts/{world.Stock.Account.Domain}/inventory/{world.A}/licenses/{world.License}/upgrade";
        var option = Assert.Single((await installation.Get<UpgradeLicenses>().OptionsAsync(Actor.System, world.Stock.Account.Id, new UpgradePlace(world.A, world.License), Stop)).Value);
        var chosen = new Dictionary<string, string> { ["quantity"] = "2", ["option"] = UpgradeForm.KeyOf(option) };
        var review = await PostAsync(browser, window, chosen);
        Assert.Contains($"name=\"fingerprint\" value=\"{option.Fingerprint}\"", review, StringComparison.Ordinal);

        var submit = new Dictionary<string, string>(chosen) { ["reviewed"] = "true", ["fingerprint"] = option.Fingerprint };
        await PostAsync(browser, window, submit);
        Assert.Equal("2 | 0 | +2", await world.Stock.RowAsync("A"));
        var second = await PostAsync(browser, window, submit);
        Assert.Contains(UpgradeRules.HasChanged, WebUtility.HtmlDecode(second), StringComparison.Ordinal);
        Assert.Contains("Start Over", second, StringComparison.Ordinal);
        Assert.Equal("2 | 0 | +2", await world.Stock.RowAsync("A"));
    }

    [Theory, Engines]
    public async Task Wizard_answers_bad_input_in_the_words_of_the_source(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation, essentials: 10, inUse: 0, pending: 4);
        var browser = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(world.Stock.Account, Role.SmartAccountUser));
        var window = $"/accounts/{world.Stock.Account.Domain}/inventory/{world.A}/licenses/{world.License}/upgrade";
        Assert.Contains("Maximum available: 4", await (await browser.GetAsync(window)).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        foreach (var (quantity, text) in new[] { ("5", UpgradeRules.NotEnough), ("0", "Enter a whole number"), ("-1", "Enter a whole number"), ("many", "Enter a whole number"), ("999999999999999999999", "Enter a whole number") })
        {
            var answer = await PostAsync(browser, window, new() { ["quantity"] = quantity, ["option"] = await OptionAsync() });
            Assert.Contains(text, WebUtility.HtmlDecode(answer), StringComparison.Ordinal);
        }

        Assert.Contains("Choose one of the options.", await PostAsync(browser, window, new() { ["quantity"] = "1", ["option"] = "7-7" }), StringComparison.Ordinal);
        var applied = await PostAsync(browser, window, new() { ["quantity"] = "5", ["act"] = UpgradeForms.Apply });
        Assert.Contains(UpgradeRules.NotEnough, WebUtility.HtmlDecode(applied), StringComparison.Ordinal);
        Assert.Contains("Enter a whole number", await PostAsync(browser, window, new() { ["quantity"] = "many", ["act"] = UpgradeForms.Apply }), StringComparison.Ordinal);
        Assert.Equal(4, (await world.Stock.PoolAsync("A")).Pending);

        async Task<string> OptionAsync() => UpgradeForm.KeyOf(Assert.Single((await installation.Get<UpgradeLicenses>()
            .OptionsAsync(Actor.System, world.Stock.Account.Id, new UpgradePlace(world.A, world.License), Stop)).Value));
    }

    [Theory, Engines]
    public async Task Eight_at_once_for_the_last_four_upgrade_four(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation, essentials: 8, inUse: 0, pending: 4);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            installation.Get<UpgradeLicenses>().HandleAsync(world.Command(world.Input(1)), world.Input(1), Stop)));
        Assert.Equal(4, answers.Count(answer => answer.IsOk));
        Assert.Equal(["0 | 0 | 0", "4 | 0 | +4"], [await world.Stock.RowAsync("A", "Essentials"), await world.Stock.RowAsync("A")]);
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task What_is_pending_at_the_end_of_its_term_is_gone(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation, essentials: 10, inUse: 0, pending: 4, months: 1);
        installation.Advance(TimeSpan.FromDays(40));
        await installation.Get<ExpireLicenses>().HandleAsync(Stop);
        Assert.Equal(0, (await world.Stock.PoolAsync("A")).Pending);
        Assert.DoesNotContain(await world.Stock.AlertsAsync("A"), alert => alert.StartsWith("UpgradePending", StringComparison.Ordinal));
        await world.AssertCleanAsync();
    }

    private static async Task<string> PostAsync(FormBrowser browser, string window, Dictionary<string, string> fields) =>
        await (await browser.PostAsync(window, window, fields)).Content.ReadAsStringAsync(Stop);

    private sealed record World(TestInstallation Installation, TestStock Stock, HttpClient Api, long A, long License)
    {
        public string Path => string.Create(CultureInfo.InvariantCulture, $"{Stock.Account.Api}/virtual-accounts/{A}/licenses/{License}/upgrade");

        /// <summary>One Advantage replaces two Essentials; all of it in A.</summary>
        public static async Task<World> MakeAsync(TestInstallation installation, long essentials, long inUse, long pending, int months = 0)
        {
            var stock = await TestStock.MakeAsync(installation);
            var type = months > 0 ? LicenseType.Term : LicenseType.Perpetual;
            await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft
            {
                Skus = [new SkuDraft("UP-A", Lines: [new SkuLineDraft("Advantage", 1, type, months) { Replaces = [new ReplacedDraft("Essentials", 2)] }])],
            });
            var a = await stock.PlaceAsync("A");
            if (essentials > 0)
            {
                await stock.DepositAsync("A", essentials, license: "Essentials");
            }

            if (inUse > 0)
            {
                await stock.UseAsync("A", inUse, "Essentials");
            }

            var order = new BookOrder.Input("SO-UP", [new OrderLineInput("UP-A", pending, stock.Account.Domain, "A")]);
            Assert.True((await installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, order), order, Stop)).IsOk);
            return new World(installation, stock, await installation.People.ApiAsync(stock.Account), a, await stock.LicenseAsync());
        }

        public UpgradeLicenses.Input Input(long quantity) => new(new UpgradePlace(A, License), "UP-A", "Essentials", quantity);

        public Command Command(object input) => new(UpgradeLicenses.Name, Actor.System, input) { Accounts = [Stock.Account.Id] };

        public Task<ApiAnswer> UpgradeAsync(long quantity, long? to = null) =>
            Api.PostJsonAsync(Path, new { sku = "UP-A", replaces = "Essentials", quantity, toVirtualAccountId = to });

        public async Task AssertCleanAsync()
        {
            var report = await Installation.Get<AuditBook>().HandleAsync(Stop);
            Assert.True(report.IsClean, string.Join('\n', report.Findings));
        }
    }
}
