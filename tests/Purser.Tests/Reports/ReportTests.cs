using System.Net;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Reports;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Reports;

/// <summary>Reports by everything that the form offers, and what is refused (help ch. 8; domain rules 12.6).</summary>
[Trait("Feature", "RP-01")]
public sealed class ReportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Licenses_are_reported_for_all_chosen_and_tagged_virtual_accounts(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        Assert.Equal("A/Advantage 10 A/Essentials 5 B/Advantage 3 C/Essentials 7", await world.LicensesAsync(""));
        Assert.Equal("A/Advantage 10 A/Essentials 5 C/Essentials 7", await world.LicensesAsync($"?va={world.A}&va={world.C}"));
        Assert.Equal("A/Advantage 10 A/Essentials 5 B/Advantage 3", await world.LicensesAsync("?vaTag=country:SWEDEN"));
        Assert.Equal("A/Advantage 10 A/Essentials 5", await world.LicensesAsync("?vaTag=Country:Sweden&vaTag=Use:Lab"));

        // What the choice does not ask for does not count.
        Assert.Equal("A/Advantage 10 A/Essentials 5 B/Advantage 3 C/Essentials 7", await world.LicensesAsync($"?places=all&va={world.A}&vaTag=gone:gone"));
    }

    [Theory, Engines]
    public async Task Licenses_are_reported_as_chosen_with_all_tags_and_with_none(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        Assert.Equal("A/Essentials 5 C/Essentials 7", await world.LicensesAsync($"?license={world.Essentials}"));
        Assert.Equal("A/Advantage 10 A/Essentials 5 B/Advantage 3", await world.LicensesAsync("?licenseTag=CORE"));
        Assert.Equal("A/Advantage 10", await world.LicensesAsync("?licenseTag=core&licenseTag=edge"));
        Assert.Equal("C/Essentials 7", await world.LicensesAsync("?licenses=untagged"));
    }

    [Theory, Engines]
    public async Task Subscriptions_are_the_license_transactions_with_a_term(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        var term = LicenseTerms.Term(new DateOnly(2026, 1, 1), 12, DayZone.Utc);
        await world.Stock.DepositAsync("B", 4, term);
        await world.Stock.DepositAsync("C", 2, term, "Essentials");
        var rows = (await world.RunAsync("license-subscriptions", "")).Items;
        Assert.Equal(["B 4 2026-12-31 Active core", "C 2 2026-12-31 Active "], rows.Select(row =>
            $"{row.GetProperty("virtualAccount").GetString()} {row.GetProperty("quantity")} {row.GetProperty("endDate").GetString()} {row.GetProperty("status").GetString()} {row.GetProperty("tags").GetString()}"));
        Assert.Single((await world.RunAsync("license-subscriptions", "?licenseTag=core")).Items);
        Assert.Single((await world.RunAsync("license-subscriptions", "?licenses=untagged")).Items);

        // By a tag of the transaction itself, too.
        var line = (await world.Api.GetJsonAsync($"{world.Path(world.C)}/license-transactions")).Items.Single(row => row.GetProperty("type").GetString() == "Term").GetProperty("id").GetInt64();
        await world.Api.PostJsonAsync($"{world.Path(world.C)}/license-tags/add", new { lines = new[] { line }, newTags = new[] { "core" } });
        Assert.Equal(2, (await world.RunAsync("license-subscriptions", "?licenseTag=core")).Items.Count);
    }

    [Theory, Engines]
    public async Task Product_instances_are_reported_by_virtual_account_and_product_family(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        await world.Stock.UseAsync("A", 1);
        await world.Stock.UseAsync("B", 1);
        var rows = (await world.RunAsync("product-instances", "")).Items;
        Assert.Equal(["A", "B"], rows.Select(row => row.GetProperty("virtualAccount").GetString()).Order());
        Assert.Equal("NW-9300", rows[0].GetProperty("productType").GetString());
        Assert.Single((await world.RunAsync("product-instances", "?vaTag=Use:Lab")).Items);
        Assert.Equal("invalid-input", (await world.RunAsync("product-instances", "?productType=Toasters")).Code);
    }

    [Theory, Engines]
    public async Task Nobody_gets_rows_of_what_she_may_not_see_nor_learns_its_name(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        using var viewer = await installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountViewer, world.B);
        Assert.Equal("B/Advantage 3", await World.LicensesAsync(viewer, world.Stock.Account, ""));
        Assert.Equal("", await World.LicensesAsync(viewer, world.Stock.Account, "?vaTag=Use:Lab"));
        var hidden = await viewer.GetJsonAsync($"{world.Stock.Account.Api}/reports/licenses?va={world.B}&va={world.A}");
        var nowhere = await viewer.GetJsonAsync($"{world.Stock.Account.Api}/reports/licenses?va={world.B}&va=999999");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid-input"), (hidden.Status, hidden.Code));
        Assert.Equal(nowhere.Detail, hidden.Detail);

        // A license tag of a virtual account that she does not see is none.
        await world.Api.PostJsonAsync($"{world.Path(world.A)}/license-tags/add", new { licenses = new[] { world.Advantage }, newTags = new[] { "secret" } });
        Assert.Equal("invalid-input", (await viewer.GetJsonAsync($"{world.Stock.Account.Api}/reports/licenses?licenseTag=secret")).Code);

        using var approver = await installation.People.ApiAsync(world.Stock.Account, Role.SmartAccountApprover);
        Assert.Equal(HttpStatusCode.Forbidden, (await approver.GetJsonAsync($"{world.Stock.Account.Api}/reports/licenses")).Status);
    }

    [Theory, Engines]
    public async Task What_cannot_be_reported_is_refused_with_the_cause_and_the_remedy(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        foreach (var (query, field, words) in new[]
        {
            ("?places=selected", "va", "at least one virtual account"),
            ("?va=abc", "va", "not there, or you may not see it"),
            ($"?{string.Join('&', Enumerable.Range(1, 201).Select(id => $"va={id}"))}", "va", "by a tag instead"),
            ("?vaTag=Country:Atlantis", "vaTag", "“Country:Atlantis”"),
            ("?vaTag=%00", "vaTag", "any more"),
            ("?license=999999", "license", "not there"),
            ("?licenseTag=gone%20🚀", "licenseTag", "“gone 🚀”"),
            ($"?name={new string('x', 500)}", "name", "at most 100 characters"),
        })
        {
            var answer = await world.RunAsync("licenses", query);
            Assert.Equal((HttpStatusCode.UnprocessableEntity, field), (answer.Status, answer.Json.GetProperty("field").GetString()));
            Assert.Contains(words, answer.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await world.RunAsync("licenses", "?places=some")).Status);
        Assert.Equal("not-found", (await world.RunAsync("toasters", "")).Code);
    }

    [Theory, Engines]
    public async Task A_report_is_a_page_a_workbook_and_a_CSV_file(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        await world.Stock.UseAsync("B", 5);
        var address = $"{world.Stock.Account.Api}/reports/licenses?name=%3DOur%20report%2F1&format=";
        var csv = await world.Api.GetAsync($"{address}csv", Stop);
        var lines = (await csv.Content.ReadAsStringAsync(Stop)).Split("\r\n");
        Assert.StartsWith("Virtual Account,License,Billing,Purchased,Pending,In Use,Reserved,Lent,Borrowed,Balance", lines[0], StringComparison.Ordinal);
        Assert.Equal("B,Advantage,Prepaid,3,0,5,0,0,0,-2,Out of compliance,core", lines[3]);
        Assert.Contains("2026-01-10.csv", csv.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);

        var excel = await world.Api.GetAsync($"{address}xlsx", Stop);
        Assert.Equal(ReportFiles.ExcelType, excel.Content.Headers.ContentType!.MediaType);
        var sheets = SpreadsheetFile.Read(await excel.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal(["Licenses", "About"], sheets.Select(sheet => sheet.Name));
        Assert.Equal(["B", "Advantage", "Prepaid", "3", "0", "5", "0", "0", "0", "-2", "Out of compliance", "core"], sheets[0].Rows[3]);
        Assert.Equal(["Report", "=Our report/1"], sheets[1].Rows[0]);
        Assert.Contains(["Run at (UTC)", "2026-01-10 08:00:00"], sheets[1].Rows);
    }

    [Theory, Engines]
    public async Task Pages_follow_each_other_and_have_the_rows_of_the_file(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        for (var number = 0; number < 5; number++)
        {
            await world.Stock.UseAsync("A", 1);
            await world.Stock.DepositAsync("B", 1, LicenseTerms.Term(new DateOnly(2026, 1, 1), 12, DayZone.Utc));
        }

        foreach (var kind in new[] { "licenses", "license-subscriptions", "product-instances" })
        {
            var (found, after) = (0, "");
            do
            {
                var page = await world.RunAsync(kind, $"?limit=2{after}");
                found += page.Items.Count;
                after = page.Json.GetProperty("next").GetString() is { } next ? $"&after={Uri.EscapeDataString(next)}" : "";
            }
            while (after.Length > 0);

            var file = await world.Api.GetStringAsync($"{world.Stock.Account.Api}/reports/{kind}?format=csv", Stop);
            Assert.Equal(file.Split("\r\n").Length - 2, found);
            Assert.True(found >= 4);
        }
    }

    /// <summary>Licenses with tags in A (Sweden, Lab), B (Sweden) and C (Norway).</summary>
    private sealed record World(TestStock Stock, HttpClient Api, long A, long B, long C, long Advantage, long Essentials)
    {
        public static async Task<World> MakeAsync(TestInstallation installation)
        {
            var stock = await TestStock.MakeAsync(installation, licenses: ["Advantage", "Essentials"]);
            await stock.DepositAsync("A", 10);
            await stock.DepositAsync("A", 5, license: "Essentials");
            await stock.DepositAsync("B", 3);
            await stock.DepositAsync("C", 7, license: "Essentials");
            var api = await installation.People.ApiAsync(stock.Account);
            var world = new World(
                stock, api, await stock.PlaceAsync("A"), await stock.PlaceAsync("B"), await stock.PlaceAsync("C"), await stock.LicenseAsync(), await stock.LicenseAsync("Essentials"));
            await api.PostJsonAsync($"{stock.Account.Api}/tags", new { name = "Country", values = new[] { "Sweden", "Norway" } });
            await api.PostJsonAsync($"{stock.Account.Api}/tags", new { name = "Use", values = new[] { "Lab" } });
            await world.PlaceTagsAsync(world.A, new() { ["Country"] = ["Sweden"], ["Use"] = ["Lab"] });
            await world.PlaceTagsAsync(world.B, new() { ["Country"] = ["Sweden"] });
            await world.PlaceTagsAsync(world.C, new() { ["Country"] = ["Norway"] });
            await api.PostJsonAsync($"{world.Path(world.A)}/license-tags/add", new { licenses = new[] { world.Advantage, world.Essentials }, newTags = new[] { "core" } });
            await api.PostJsonAsync($"{world.Path(world.A)}/license-tags/add", new { licenses = new[] { world.Advantage }, newTags = new[] { "edge" } });
            await api.PostJsonAsync($"{world.Path(world.B)}/license-tags/add", new { licenses = new[] { world.Advantage }, newTags = new[] { "core" } });
            return world;
        }

        public string Path(long virtualAccount) => $"{Stock.Account.Api}/virtual-accounts/{virtualAccount}";

        public Task<ApiAnswer> RunAsync(string kind, string query) => Api.GetJsonAsync($"{Stock.Account.Api}/reports/{kind}{query}");

        /// <summary>"A/Advantage 10": place, license, purchased.</summary>
        public Task<string> LicensesAsync(string query) => LicensesAsync(Api, Stock.Account, query);

        public static async Task<string> LicensesAsync(HttpClient api, TestAccount account, string query)
        {
            var answer = await api.GetJsonAsync($"{account.Api}/reports/licenses{query}");
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Json.ToString());
            return string.Join(' ', answer.Items.Select(row =>
                $"{row.GetProperty("virtualAccount").GetString()}/{row.GetProperty("license").GetString()} {row.GetProperty("purchased")}"));
        }

        private async Task PlaceTagsAsync(long virtualAccount, Dictionary<string, string[]> tags) =>
            Assert.Equal(HttpStatusCode.OK, (await Api.CallAsync(HttpMethod.Patch, Path(virtualAccount), new { tags })).Status);
    }
}
