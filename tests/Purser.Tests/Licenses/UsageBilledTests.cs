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

/// <summary>Licenses billed by usage, their duplicates and where they lie (help ch. 4; domain rules 2.5–2.8).</summary>
[Trait("Feature", "LI-09"), Trait("Feature", "LI-17")]
public sealed class UsageBilledTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task The_second_subscription_of_a_license_is_a_duplicate_until_it_is_moved(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        await world.OrderAsync("Sub1", "A");
        Assert.Empty(await world.Stock.AlertsAsync());

        // The search finds it where it lies although nothing is in use.
        using var reader = await installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountViewer, await world.Stock.PlaceAsync("A"));
        Assert.Contains("Advantage", (await reader.GetJsonAsync($"{world.Stock.Account.Api}/search?q=advantage")).Json.ToString(), StringComparison.Ordinal);
        using var elsewhere = await installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountViewer, await world.Stock.PlaceAsync("B"));
        Assert.DoesNotContain("Advantage", (await elsewhere.GetJsonAsync($"{world.Stock.Account.Api}/search?q=advantage")).Json.ToString(), StringComparison.Ordinal);
        await world.OrderAsync("Sub2", "A");
        Assert.Equal(["DuplicateLicenses: 1"], await world.Stock.AlertsAsync("A"));
        Assert.Equal(["Sub1 enabled", "Sub2 duplicate"], await world.SubscriptionsAsync("A"));

        // Where it lies already nothing changes by a copy, so there is nothing to warn of.
        Assert.Empty((await world.AssignAsync("Sub1", ["A", "B"], dryRun: true)).Json.GetProperty("duplicates").EnumerateArray());
        Assert.Equal(HttpStatusCode.OK, (await world.AssignAsync("Sub2", "B")).Status);
        Assert.Empty(await world.Stock.AlertsAsync());
        Assert.Equal(["Sub1 enabled"], await world.SubscriptionsAsync("A"));
        Assert.Equal(["Sub2 enabled"], await world.SubscriptionsAsync("B"));

        // A copy of Sub1 to B makes a duplicate there, and the warning says so before.
        var tried = await world.AssignAsync("Sub1", ["A", "B"], dryRun: true);
        Assert.Equal("B", Assert.Single(tried.Json.GetProperty("duplicates").EnumerateArray().ToList()).GetProperty("name").GetString());
        Assert.Empty(await world.Stock.AlertsAsync());
        Assert.Equal(HttpStatusCode.OK, (await world.AssignAsync("Sub1", "A", "B")).Status);
        Assert.Equal(["DuplicateLicenses: 1"], await world.Stock.AlertsAsync("B"));

        // Sub1 started first, as orders came: it counts in B from now on.
        Assert.Equal(["Sub1 enabled", "Sub2 duplicate"], await world.SubscriptionsAsync("B"));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_directly_connected_device_consumes_prepaid_even_beside_a_subscription(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        await world.OrderAsync("Sub1", "A");
        await world.Stock.DepositAsync("A", 5);
        await world.Stock.UseAsync("A", 7);
        Assert.Equal("5 | 7 | −2", await world.Stock.RowAsync("A"));
        Assert.Equal(["InsufficientLicenses: 2"], await world.Stock.AlertsAsync("A"));
        var rows = (await world.Api.GetJsonAsync($"{world.Stock.Account.Api}/virtual-accounts/{await world.Stock.PlaceAsync("A")}/licenses")).Items;
        Assert.Equal(["Prepaid -2", "Usage 0"], rows.Select(row => $"{row.GetProperty("billing").GetString()} {row.GetProperty("balance").GetInt32()}"));
    }

    [Theory, Engines]
    public async Task What_a_satellite_reports_is_never_short(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        await world.OrderAsync("Sub1", "A");
        var (a, license) = (await world.Stock.PlaceAsync("A"), await world.Stock.LicenseAsync());
        await world.Stock.RunAsync<Done>(async scope =>
        {
            await scope.Ledger(world.Stock.Account.Id).ChangeUseAsync(new PoolKey(a, license, Billing.Usage), 7);
            return Verdict.Done;
        });
        var row = Assert.Single((await world.Api.GetJsonAsync($"{world.Stock.Account.Api}/virtual-accounts/{a}/licenses")).Items);
        Assert.Equal((7, 0), (row.GetProperty("inUse").GetInt32(), row.GetProperty("balance").GetInt32()));
        Assert.Empty(await world.Stock.AlertsAsync());
    }

    [Theory, Engines]
    public async Task Bad_assignments_are_refused_with_their_reason(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        await world.OrderAsync("Sub1", "A");
        Assert.Contains("at least one virtual account", (await world.AssignAsync("Sub1")).Detail, StringComparison.Ordinal);
        var usage = await world.UsageAsync("Sub1");
        Assert.Equal(HttpStatusCode.NotFound, (await world.PutAsync(world.Api, usage, [999_999])).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await world.PutAsync(world.Api, 999_999, [await world.Stock.PlaceAsync("A")])).Status);

        // Who sees only B can neither see the subscription of A nor take it.
        using var other = await installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountUser, await world.Stock.PlaceAsync("B"));
        Assert.Equal(HttpStatusCode.NotFound, (await world.PutAsync(other, usage, [await world.Stock.PlaceAsync("B")], from: "B")).Status);

        // Who may change only A cannot take it out of B, where it stays.
        await world.AssignAsync("Sub1", "A", "B");
        using var half = await installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountUser, await world.Stock.PlaceAsync("A"));
        Assert.Equal(HttpStatusCode.OK, (await world.PutAsync(half, usage, [await world.Stock.PlaceAsync("A")])).Status);
        Assert.Equal(["Sub1 enabled"], await world.SubscriptionsAsync("B"));

        var order = await world.BookAsync("", "A");
        Assert.Contains("billed by usage", order.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task The_window_warns_before_it_makes_a_duplicate(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        await world.OrderAsync("Sub1", "A");
        await world.OrderAsync("Sub2", "B");
        var (a, b, license) = (await world.Stock.PlaceAsync("A"), await world.Stock.PlaceAsync("B"), await world.Stock.LicenseAsync());
        var browser = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(world.Stock.Account, Role.SmartAccountUser));
        var window = $"/accounts/{world.Stock.Account.Domain}/inventory/{a}/licenses/{license}/assignment";
        Assert.Contains("Sub1 (Enabled)", await (await browser.GetAsync(window)).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        var move = new Dictionary<string, string> { ["subscription"] = Text(await world.UsageAsync("Sub1")), ["place"] = Text(b) };
        var warned = await (await browser.PostAsync(window, window, move)).Content.ReadAsStringAsync(Stop);
        Assert.Contains("Duplicate Licenses", warned, StringComparison.Ordinal);
        Assert.Equal(["Sub2 enabled"], await world.SubscriptionsAsync("B"));
        var unchanged = await (await browser.PostAsync(window, window, new(move) { ["place"] = Text(a) })).Content.ReadAsStringAsync(Stop);
        Assert.Contains("in exactly these virtual accounts already", unchanged, StringComparison.Ordinal);
        await browser.PostAsync(window, window, new(move) { ["warned"] = Text(b) });
        Assert.Equal(["Sub1 enabled", "Sub2 duplicate"], await world.SubscriptionsAsync("B"));
        Assert.Empty(await world.SubscriptionsAsync("A"));
    }

    [Theory, Engines]
    [Trait("Feature", "LI-06")]
    [Trait("Feature", "AL-01")]
    public async Task Its_row_is_counted_takes_tags_and_shows_its_alert(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        await world.OrderAsync("Sub1", "A");
        await world.OrderAsync("Sub2", "A");
        var (a, license) = (await world.Stock.PlaceAsync("A"), await world.Stock.LicenseAsync());
        var browser = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(world.Stock.Account, Role.SmartAccountAdministrator));
        var tags = $"/accounts/{world.Stock.Account.Domain}/inventory/{a}/license-tags/add?id={license}-usage";
        await browser.PostAsync(tags, tags, new() { ["id"] = $"{license}-usage", ["newTags"] = "Leased" });
        var table = await (await browser.GetAsync($"/accounts/{world.Stock.Account.Domain}/inventory?va={a}&tab=licenses")).Content.ReadAsStringAsync(Stop);
        Assert.Matches("<strong>1</strong> license<", table);
        Assert.Contains("Leased", table, StringComparison.Ordinal);

        // Its minor alert is hidden at first: the button shows it.
        Assert.Matches("<a[^>]*alerts=minor[^>]*>Show Alerts</a>", table);
    }

    [Theory, Engines]
    [Trait("Feature", "LI-01")]
    public async Task A_subscription_begins_ends_is_renewed_and_canceled(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        var today = DayZone.Utc.DayOf(installation.Clock.Now);
        await world.OrderAsync("Sub1", "A", today.AddDays(5), today.AddDays(20));
        await world.OrderAsync("Sub2", "A");
        Assert.Equal(["Sub2 enabled", "Sub1 Future"], await world.SubscriptionsAsync("A"));
        Assert.Empty(await world.Stock.AlertsAsync());
        await world.AdvanceAsync(6);
        Assert.Equal(["DuplicateLicenses: 1"], await world.Stock.AlertsAsync("A"));

        // The operator prolongs it, then cancels it: it ends with the day through which it is paid.
        using var operatorApi = await installation.People.OperatorApiAsync();
        var address = $"/api/v1/operator/accounts/{world.Stock.Account.Domain}/subscriptions/Sub1";
        Assert.Contains("prolongs", (await operatorApi.PostJsonAsync($"{address}/renew", new { endsOn = today.AddDays(20), notes = "x" })).Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await operatorApi.PostJsonAsync($"{address}/renew", new { endsOn = today.AddDays(30), notes = "renewed" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await operatorApi.PostJsonAsync($"{address}/cancel", new { notes = "asked by mail" })).Status);
        await world.AdvanceAsync(20);
        Assert.Equal(["DuplicateLicenses: 1"], await world.Stock.AlertsAsync("A"));
        await world.AdvanceAsync(6);
        Assert.Empty(await world.Stock.AlertsAsync("A"));
        Assert.Equal(["Sub2 enabled"], await world.SubscriptionsAsync("A"));
        Assert.Equal(HttpStatusCode.OK, (await operatorApi.PostJsonAsync($"{address[..^1]}2/cancel", new { notes = "at once", atOnce = true })).Status);
        Assert.Empty(await world.SubscriptionsAsync("A"));
        Assert.Equal(HttpStatusCode.NotFound, (await operatorApi.PostJsonAsync($"{address}/cancel", new { notes = "again" })).Status);
    }

    [Theory, Engines]
    [Trait("Feature", "LI-01")]
    public async Task A_prepaid_subscription_is_renewed_and_canceled_with_what_is_reserved_of_it(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        var today = DayZone.Utc.DayOf(installation.Clock.Now);
        var order = new BookOrder.Input("SO-P", [new OrderLineInput("TERM", 5, world.Stock.Account.Domain, "A", EndsOn: today.AddDays(40), SubscriptionId: "SubP")]);
        Assert.True((await installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, order), order, Stop)).IsOk);
        await world.AdvanceAsync(12);
        Assert.Equal(["LicensesExpiring 30: 5"], await world.Stock.AlertsAsync("A"));
        var change = installation.Get<ChangeSubscription>();
        Command Of(object input) => new(ChangeSubscription.RenewName, Actor.System, input) { Accounts = [world.Stock.Account.Id] };
        var renewal = new ChangeSubscription.Renewal("SubP", today.AddDays(400), "renewed");
        Assert.True((await change.RenewAsync(Of(renewal), renewal, Stop)).IsOk);
        Assert.Empty(await world.Stock.AlertsAsync("A"));

        var line = (await installation.Get<ListLicenseLines>().HandleAsync(
            Actor.System, world.Stock.Account.Id, await world.Stock.PlaceAsync("A"), null, LineFilter.None, new(), Stop)).Items[0];
        await world.Stock.ReserveAsync("A", line.Id, 3);
        var cancellation = new ChangeSubscription.Cancellation("SubP", "at once", AtOnce: true);
        Assert.True((await change.CancelAsync(Of(cancellation), cancellation, Stop)).IsOk);
        Assert.Equal("0 | 0 (3) | −3", await world.Stock.RowAsync("A"));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "LI-01")]
    public async Task An_operator_renews_and_cancels_in_the_window(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        var today = DayZone.Utc.DayOf(installation.Clock.Now);
        await world.OrderAsync("Sub/1", "A", today, today.AddDays(20));
        var browser = await FormBrowser.SignedInAsync(installation, await installation.People.OperatorAsync());
        var address = SubscriptionForms.Address(world.Stock.Account.Domain);
        Assert.Contains("Sub/1", await (await browser.GetAsync("/operator/orders?order=SO-Sub/1")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        async Task<string> PostAsync(string act, string end, string notes) => WebUtility.HtmlDecode(await (await browser.PostAsync(
            $"{address}?id=Sub/1", address, new() { ["id"] = "Sub/1", ["act"] = act, ["endsOn"] = end, ["notes"] = notes })).Content.ReadAsStringAsync(Stop));
        Assert.Contains("needs its new last day", await PostAsync(SubscriptionForms.Renew, "soon", "x"), StringComparison.Ordinal);
        Assert.Contains("prolongs", await PostAsync(SubscriptionForms.Renew, today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "x"), StringComparison.Ordinal);
        Assert.Contains("notes", await PostAsync(SubscriptionForms.CancelAtOnce, "", ""), StringComparison.Ordinal);
        Assert.Contains("Choose what to do", await PostAsync("sell", "", "x"), StringComparison.Ordinal);
        await PostAsync(SubscriptionForms.CancelAtOnce, "", "asked by mail");
        Assert.Empty(await world.SubscriptionsAsync("A"));
    }

    [Theory, Engines]
    [Trait("Feature", "AP-02")]
    public async Task The_published_api_lists_them(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        await world.OrderAsync("Sub1", "A");
        var address = $"/services/api/smart-accounts-and-licensing/v1/accounts/{world.Stock.Account.Domain}";
        var rows = (await world.Api.PostJsonAsync($"{address}/license-subscriptions", new { virtualAccounts = new[] { "A" } })).Json.GetProperty("licenseSubscriptions").EnumerateArray().ToList();
        Assert.Equal(("USAGE", "Active", "Sub1"), (rows[0].GetProperty("billingType").GetString(), rows[0].GetProperty("status").GetString(), rows[0].GetProperty("subscriptionId").GetString()));
        var license = Assert.Single((await world.Api.PostJsonAsync($"{address}/licenses", new { virtualAccounts = new[] { "A" } })).Json.GetProperty("licenses").EnumerateArray().ToList());
        Assert.Equal(("USAGE", 0), (license.GetProperty("billingType").GetString(), license.GetProperty("available").GetInt32()));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record World(TestInstallation Installation, TestStock Stock, HttpClient Api)
    {
        public static async Task<World> MakeAsync(TestInstallation installation)
        {
            var stock = await TestStock.MakeAsync(installation);
            var made = await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft
            {
                Skus =
                [
                    new SkuDraft("USE", Lines: [new SkuLineDraft("Advantage", 1, LicenseType.Term, 12) { Billing = Billing.Usage }]),
                    new SkuDraft("TERM", Lines: [new SkuLineDraft("Advantage", 1, LicenseType.Term, 12)]),
                ],
            }, cancellation: Stop);
            Assert.True(made.IsOk, made.Refusal?.Detail);
            await stock.PlaceAsync("A");
            await stock.PlaceAsync("B");
            return new World(installation, stock, await installation.People.ApiAsync(stock.Account));
        }

        public Task<Verdict<BookOrder.Answer>> BookAsync(string subscription, string place, DateOnly? starts = null, DateOnly? ends = null)
        {
            var order = new BookOrder.Input($"SO-{subscription}", [new OrderLineInput("USE", 1, Stock.Account.Domain, place, starts, ends, subscription)]);
            return Installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, order), order, Stop);
        }

        public async Task OrderAsync(string subscription, string place, DateOnly? starts = null, DateOnly? ends = null)
        {
            var booked = await BookAsync(subscription, place, starts, ends);
            Assert.True(booked.IsOk, booked.Refusal?.Detail);
        }

        public async Task<IReadOnlyList<string>> SubscriptionsAsync(string place)
        {
            var overview = await Installation.Get<ShowLicense>().OverviewAsync(Actor.System, Stock.Account.Id, await Stock.PlaceAsync(place), await Stock.LicenseAsync(), cancellation: Stop);
            return [.. overview?.Usage.Select(usage => $"{usage.SubscriptionId} {(usage.IsEnabled ? "enabled" : usage.State == SubscriptionState.Active ? "duplicate" : usage.State)}") ?? []];
        }

        public async Task<long> UsageAsync(string subscription)
        {
            var options = await Installation.Get<ChangeAssignment>().OptionsAsync(Actor.System, Stock.Account.Id, await Stock.PlaceAsync("A"), await Stock.LicenseAsync(), Stop);
            return options.Subscriptions.Single(row => row.SubscriptionId == subscription).UsageId;
        }

        public Task<ApiAnswer> AssignAsync(string subscription, params string[] places) => AssignAsync(subscription, places, dryRun: false);

        public async Task<ApiAnswer> AssignAsync(string subscription, string[] places, bool dryRun)
        {
            var ids = new List<long>();
            foreach (var place in places)
            {
                ids.Add(await Stock.PlaceAsync(place));
            }

            return await PutAsync(Api, await UsageAsync(subscription), ids, dryRun);
        }

        public async Task<ApiAnswer> PutAsync(HttpClient api, long usage, IReadOnlyList<long> places, bool dryRun = false, string from = "A") => await api.CallAsync(
            HttpMethod.Put,
            $"{Stock.Account.Api}/virtual-accounts/{await Stock.PlaceAsync(from)}/licenses/{await Stock.LicenseAsync()}/subscriptions/{usage}/virtual-accounts{(dryRun ? "?dryRun=true" : "")}",
            new { virtualAccounts = places });

        public async Task AdvanceAsync(int days)
        {
            Installation.Advance(TimeSpan.FromDays(days));
            await Installation.Get<ExpireLicenses>().HandleAsync(Stop);
        }

        public async Task AssertCleanAsync()
        {
            var report = await Installation.Get<AuditBook>().HandleAsync(Stop);
            Assert.True(report.IsClean, string.Join('\n', report.Findings));
        }
    }
}
