using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Licenses;

/// <summary>Licenses over HTTP: the table, details, explanation, transfer, transactions, adding and removing by hand.</summary>
public sealed class LicenseApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, Engines, Trait("Feature", "LI-02")]
    public async Task The_table_shows_figures_and_alerts_in_the_order_of_names_page_by_page(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation, licenses: ["Advantage", "Essentials", "Premier", "Unused"]);
        await stock.DepositAsync("A", 5);
        await stock.UseAsync("A", 7);
        await stock.DepositAsync("A", 3, license: "Essentials");
        await stock.UseAsync("A", 1, "Premier");
        using var api = await new TestPeople(installation).ApiAsync(stock.Account, Role.SmartAccountViewer);
        var table = $"{stock.Account.Api}/virtual-accounts/{await stock.PlaceAsync("A")}/licenses";

        var first = await GetAsync(api, $"{table}?limit=2");
        Assert.Equal(["Advantage", "Essentials"], Texts(first, "license"));
        var second = await GetAsync(api, $"{table}?limit=2&after={first.GetProperty("next").GetString()}");
        Assert.Equal(["Premier"], Texts(second, "license"));
        var advantage = first.GetProperty("items")[0];
        Assert.Equal((5, 7, -2), (advantage.GetProperty("purchased").GetInt64(), advantage.GetProperty("inUse").GetInt64(), advantage.GetProperty("balance").GetInt64()));
        Assert.Equal("Insufficient Licenses", advantage.GetProperty("alerts")[0].GetProperty("title").GetString());
        Assert.Equal(["Essentials"], Texts(await GetAsync(api, $"{table}?q=essent"), "license"));
        Assert.Equal(["Advantage", "Premier"], Texts(await GetAsync(api, $"{table}?short=true"), "license"));

        var csv = await api.GetStringAsync($"{table}?format=csv", Cancellation);
        Assert.Contains("Advantage,Prepaid,5,0,7,0,-2,Insufficient Licenses", csv, StringComparison.Ordinal);
    }

    [Theory, Engines, Trait("Feature", "LI-04")]
    public async Task The_details_show_terms_orders_and_the_usage_as_steps(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 5);
        await stock.DepositAsync("A", 2);
        await stock.DepositAsync("A", 4, LicenseTerms.Term(new DateOnly(2026, 1, 1), 12, DayZone.Utc));
        await stock.DepositAsync("A", 3, LicenseTerms.Term(new DateOnly(2026, 6, 1), 12, DayZone.Utc));
        installation.Advance(TimeSpan.FromHours(5));
        await stock.UseAsync("A", 2);
        installation.Advance(TimeSpan.FromHours(5));
        using var api = await new TestPeople(installation).ApiAsync(stock.Account, Role.SmartAccountViewer);
        var license = $"{stock.Account.Api}/virtual-accounts/{await stock.PlaceAsync("A")}/licenses/{await stock.LicenseAsync()}";

        var overview = await GetAsync(api, license);
        Assert.Equal(11, overview.GetProperty("license").GetProperty("purchased").GetInt64());
        Assert.Equal(
            ["Perpetual 7", "Term 3", "Term 4"],
            overview.GetProperty("terms").EnumerateArray().Select(term => $"{term.GetProperty("type").GetString()} {term.GetProperty("count").GetInt64()}"));

        var usage = await GetAsync(api, $"{license}/usage?days=7");
        Assert.Equal([(11, 0), (11, 2), (11, 2)], usage.EnumerateArray().Select(point => (point.GetProperty("purchased").GetInt32(), point.GetProperty("inUse").GetInt32())));
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"{stock.Account.Api}/virtual-accounts/{await stock.PlaceAsync("B")}/licenses/{await stock.LicenseAsync()}", Cancellation)).StatusCode);
    }

    [Theory, Engines, Trait("Feature", "LI-13")]
    public async Task A_shortage_is_explained_with_cause_consequences_and_remedies(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var people = new TestPeople(installation);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 5);
        await stock.DepositAsync("A", 2, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), DayZone.Utc));
        await stock.DepositAsync("B", 9);
        await stock.UseAsync("A", 6);
        installation.Advance(TimeSpan.FromDays(2));
        var transfer = new TransferLicenses.Input(await stock.PlaceAsync("A"), await stock.PlaceAsync("B"), [new("Advantage", 1)]);
        Assert.True((await installation.Get<TransferLicenses>().HandleAsync(new Command("t", Actor.System, transfer) { Accounts = [stock.Account.Id] }, transfer, Cancellation)).IsOk);
        await stock.UseAsync("A", 2);

        var path = $"{stock.Account.Api}/virtual-accounts/{await stock.PlaceAsync("A")}/licenses/{await stock.LicenseAsync()}/explanation";
        using var administrator = await people.ApiAsync(stock.Account);
        var report = await GetAsync(administrator, path);
        Assert.Equal("6 licenses are here, connected product instances use 8: 2 are missing.", report.GetProperty("summary").GetString());
        Assert.Equal("2026-01-12T08:00:00+00:00", report.GetProperty("since").GetString());
        var remedies = report.GetProperty("remedies").EnumerateArray().Select(remedy => remedy.GetProperty("text").GetString()).ToList();
        Assert.Equal(["Transfer 2 from \"B\", which has 10 available.", "Order 2 more Advantage licenses."], remedies);
        var consequences = report.GetProperty("consequences").EnumerateArray().Select(row => row.GetProperty("text").GetString()!).ToList();
        Assert.StartsWith("Nothing is switched off", consequences[0], StringComparison.Ordinal);
        Assert.Contains(consequences, text => text.StartsWith("2 licenses expire: 4 will be missing", StringComparison.Ordinal));

        using var limited = await people.ApiAsync(stock.Account, Role.VirtualAccountAdministrator, await stock.PlaceAsync("A"));
        var seen = (await GetAsync(limited, path)).GetProperty("remedies").EnumerateArray().Select(remedy => remedy.GetProperty("kind").GetString());
        Assert.Equal(["AskAdministrator", "Order"], seen);
    }

    [Theory, Engines, Trait("Feature", "RP-04")]
    public async Task Operators_add_and_remove_with_notes_and_customers_see_the_book_without_them(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var people = new TestPeople(installation);
        var stock = await TestStock.MakeAsync(installation);
        using var staff = await people.OperatorApiAsync();
        var place = $"{stock.Account.Api}/virtual-accounts/{await stock.PlaceAsync("A")}";
        var added = await staff.PostAsJsonAsync($"{place}/licenses", new { license = "Advantage", quantity = 8, type = "Perpetual", notes = "Case 17" }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        var line = (await added.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("lineId").GetInt64();
        await stock.ReserveAsync("A", line, 3);
        await stock.UseAsync("A", 4);

        foreach (var (quantity, status) in new[] { (6, HttpStatusCode.Conflict), (0, HttpStatusCode.UnprocessableEntity), (5, HttpStatusCode.OK) })
        {
            var removed = await staff.PostAsJsonAsync($"{place}/license-lines/{line}/remove", new { quantity, notes = "Booked twice" }, Cancellation);
            Assert.Equal(status, removed.StatusCode);
        }

        // It may push the balance below zero, never break a reservation (domain rules 1.10).
        Assert.Equal("3 | 4 (3) | −4", await stock.RowAsync("A"));
        var refused = await staff.PostAsJsonAsync($"{place}/licenses", new { license = "Advantage", quantity = 8, type = "Perpetual", notes = " " }, Cancellation);
        Assert.False(refused.IsSuccessStatusCode);

        var forStaff = (await GetAsync(staff, $"{stock.Account.Api}/transactions")).GetProperty("items");
        Assert.Equal([("Removal", -5), ("Deposit", 8)], forStaff.EnumerateArray().Select(row => (row.GetProperty("type").GetString()!, row.GetProperty("count").GetInt32())));
        Assert.Equal("Case 17", forStaff[1].GetProperty("notes").GetString());
        using var customer = await people.ApiAsync(stock.Account, Role.SmartAccountUser);
        var forCustomer = (await GetAsync(customer, $"{stock.Account.Api}/transactions")).GetProperty("items");
        Assert.Equal(2, forCustomer.GetArrayLength());
        Assert.True(!forCustomer[1].TryGetProperty("notes", out var notes) || notes.ValueKind == JsonValueKind.Null);
        Assert.Equal("Northwind Networks Support", forCustomer[1].GetProperty("user").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await customer.PostAsJsonAsync($"{place}/licenses", new { license = "Advantage", quantity = 8, type = "Perpetual", notes = "x" }, Cancellation)).StatusCode);
    }

    [Theory, Engines, Trait("Feature", "LI-05")]
    public async Task A_transfer_over_http_goes_either_way_and_an_idempotency_key_makes_it_once(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var people = new TestPeople(installation);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 10);
        using var api = await people.ApiAsync(stock.Account, Role.SmartAccountUser);
        var body = new { direction = "From", otherVirtualAccountId = await stock.PlaceAsync("A"), rows = new[] { new { license = "Advantage", quantity = 4 } } };
        var path = $"{stock.Account.Api}/virtual-accounts/{await stock.PlaceAsync("B")}/licenses/transfer";
        var preview = await (await api.PostAsJsonAsync($"{path}/preview", body, Cancellation)).Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(6, preview.GetProperty("licenses")[0].GetProperty("fromAfter").GetProperty("balance").GetInt64());
        for (var turn = 0; turn < 2; turn++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", "once");
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(request, Cancellation)).StatusCode);
        }

        Assert.Equal(["6 | 0 | +6", "4 | 0 | +4"], [await stock.RowAsync("A"), await stock.RowAsync("B")]);
        var limited = await people.PersonAsync(stock.Account, Role.VirtualAccountUser, await stock.PlaceAsync("B"));
        var seen = await installation.Get<ListTransactions>().HandleAsync(limited, stock.Account.Id, new TransactionFilter(), new Server.Http.PageRequest(), Cancellation);
        Assert.Equal(["A → B"], seen.Items.Select(row => row.VirtualAccount));
    }

    private static async Task<JsonElement> GetAsync(HttpClient api, string path)
    {
        var response = await api.GetAsync(path, Cancellation);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync(Cancellation)}");
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static IEnumerable<string?> Texts(JsonElement page, string property) =>
        page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty(property).GetString());
}
