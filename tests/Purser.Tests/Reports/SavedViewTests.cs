using System.Net;
using Purser.Server.People;
using Purser.Server.Reports;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Reports;

/// <summary>Views of tables and reports under names: own and shared, changed, and what they name gone.</summary>
[Trait("Feature", "RP-07")]
public sealed class SavedViewTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ViewOf.LicenseTable, "?va=7&tab=licenses&q=core&tag=edge&after=x&back=/elsewhere&po=77", "q=core&tag=edge&po=77")]
    [InlineData(ViewOf.DeviceTable, "?q=&silent=30&sort=-lastContact&license=3", "silent=30&sort=-lastContact")]
    [InlineData(ViewOf.Licenses, "?of=licenses&name=Mine&places=selected&va=1&va=2&limit=4", "name=Mine&places=selected&va=1&va=2")]
    [InlineData(ViewOf.ProductInstances, "", "")]
    public void A_view_keeps_what_narrows_and_orders_and_nothing_else(ViewOf kind, string query, string kept) => Assert.Equal(kept, SavedViewRules.Clean(kind, query));

    [Theory, Engines]
    public async Task Views_are_saved_replaced_renamed_and_deleted(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var saved = await api.PostJsonAsync($"{account.Api}/views", new { of = "license-table", name = " Core ", query = "?q=core&after=x" });
        Assert.Equal((HttpStatusCode.Created, "q=core"), (saved.Status, saved.Json.GetProperty("query").GetString()));
        Assert.Equal("already-exists", (await api.PostJsonAsync($"{account.Api}/views", new { of = "license-table", name = "CORE", query = "?q=x" })).Code);
        Assert.Equal(saved.Id, (await api.PostJsonAsync($"{account.Api}/views", new { of = "license-table", name = "Core", query = "?q=x", replace = true })).Id);

        // Of another table or report the name is free.
        var report = await api.PostJsonAsync($"{account.Api}/views", new { of = "product-instances", name = "core", query = "?name=Core&productType=Routers" });
        Assert.Equal("reports/product-instances?name=Core&productType=Routers", report.Json.GetProperty("address").GetString());
        Assert.Equal("Core inventory?tab=licenses&q=x, core reports/product-instances?name=Core&productType=Routers", await ListAsync(api, ""));
        Assert.Equal("Core inventory?tab=licenses&q=x", await ListAsync(api, "?of=license-table"));

        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync(HttpMethod.Put, $"{account.Api}/views/{saved.Id}", new { name = "Edge" })).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/views/{report.Id}")).Status);
        Assert.Equal("not-found", (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/views/{report.Id}")).Code);
        Assert.Equal("Edge inventory?tab=licenses&q=x", await ListAsync(api, ""));

        async Task<string> ListAsync(HttpClient http, string query) => string.Join(", ", (await http.GetJsonAsync($"{account.Api}/views{query}")).Items
            .Select(view => $"{view.GetProperty("name").GetString()} {view.GetProperty("address").GetString()}"));
    }

    [Theory, Engines]
    public async Task What_is_shared_is_offered_to_all_and_changed_by_its_owner_and_administrators(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var other = await installation.People.AccountAsync("other.example");
        var (administrator, user) = (await installation.People.ApiAsync(account), await installation.People.ApiAsync(account, Role.SmartAccountUser));
        var (viewer, stranger) = (await installation.People.ApiAsync(account, Role.VirtualAccountViewer, account.DefaultVirtualAccountId), await installation.People.ApiAsync(other));
        var address = $"{account.Api}/views";
        var shared = (await user.PostJsonAsync(address, new { of = "device-table", name = "Silent", query = "?silent=30", shared = true })).Id;
        var own = (await user.PostJsonAsync(address, new { of = "device-table", name = "Mine", query = "" })).Id;
        Assert.Equal([shared], (await viewer.GetJsonAsync(address)).Items.Select(view => view.GetProperty("id").GetInt64()));
        Assert.Equal(2, (await user.GetJsonAsync(address)).Items.Count);
        Assert.Empty((await stranger.GetJsonAsync($"{other.Api}/views")).Items);

        // A viewer saves for himself only, and changes nobody's; an administrator changes what is shared, and does not see the rest.
        Assert.Equal(HttpStatusCode.Created, (await viewer.PostJsonAsync(address, new { of = "device-table", name = "Silent", query = "?silent=90" })).Status);
        Assert.Equal("not-allowed", (await viewer.PostJsonAsync(address, new { of = "device-table", name = "Loud", query = "", shared = true })).Code);
        Assert.Equal("not-allowed", (await viewer.CallAsync(HttpMethod.Delete, $"{address}/{shared}")).Code);
        Assert.Equal("not-found", (await administrator.CallAsync(HttpMethod.Delete, $"{address}/{own}")).Code);
        Assert.Equal(HttpStatusCode.OK, (await administrator.CallAsync(HttpMethod.Put, $"{address}/{shared}", new { name = "Quiet", shared = true })).Status);
        Assert.Equal(HttpStatusCode.OK, (await user.CallAsync(HttpMethod.Put, $"{address}/{shared}", new { name = "Quiet", shared = false })).Status);
        Assert.Equal("not-found", (await administrator.CallAsync(HttpMethod.Delete, $"{address}/{shared}")).Code);
    }

    [Theory, Engines]
    public async Task What_cannot_be_saved_is_refused_with_the_reason(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        foreach (var (body, field) in new (object, string)[]
        {
            (new { of = "toasters", name = "x", query = "" }, "of"),
            (new { of = "licenses", name = " ", query = "" }, "name"),
            (new { of = "licenses", name = new string('x', 500), query = "" }, "name"),
            (new { of = "licenses", name = "nul \0", query = "" }, "name"),
            (new { of = "licenses", name = "x", query = $"?description={new string('x', 9000)}" }, "query"),
        })
        {
            var answer = await api.PostJsonAsync($"{account.Api}/views", body);
            Assert.Equal(("invalid-input", field), (answer.Code, answer.Json.GetProperty("field").GetString()));
        }

        Assert.Equal("invalid-input", (await api.GetJsonAsync($"{account.Api}/views?of=toasters")).Code);
    }

    [Fact]
    public async Task A_view_or_report_that_names_a_deleted_tag_says_so()
    {
        await using var jo = await SignedInPerson.StartAsync(Engine.Sqlite);
        var root = $"/accounts/{jo.Account.Domain}";
        var table = await ReadAsync($"{root}/inventory?tab=licenses&tag=core%20%F0%9F%9A%80");
        Assert.Contains("There is no license tag “core 🚀” in this virtual account", WebUtility.HtmlDecode(table), StringComparison.Ordinal);
        Assert.DoesNotContain("There is no license tag", WebUtility.HtmlDecode(await ReadAsync($"{root}/inventory?tab=licenses")), StringComparison.Ordinal);
        var report = WebUtility.HtmlDecode(await ReadAsync($"{root}/reports/licenses?name=Core&licenseTag=core"));
        Assert.Contains("There is no license tag “core” in the virtual accounts that you see", report, StringComparison.Ordinal);

        async Task<string> ReadAsync(string path)
        {
            var answer = await jo.Browser.GetAsync(path);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode}");
            return await answer.Content.ReadAsStringAsync(Stop);
        }
    }

    [Fact]
    public async Task The_dialogs_save_edit_and_delete()
    {
        await using var jo = await SignedInPerson.StartAsync(Engine.Sqlite);
        var root = $"/accounts/{jo.Account.Domain}";
        var dialog = $"{root}/views/new?of=licenses&name=Every+quarter&licenses=untagged";
        var fields = new Dictionary<string, string> { ["of"] = "licenses", ["name"] = "Every quarter", ["query"] = "?name=Every+quarter&licenses=untagged", ["shared"] = "true" };
        var saved = await jo.Browser.PostAsync(dialog, $"{root}/views/new", fields);
        Assert.Equal((HttpStatusCode.SeeOther, $"{root}/reports/licenses?name=Every%20quarter&licenses=untagged"), (saved.StatusCode, saved.Headers.Location!.ToString()));
        var again = await jo.Browser.PostAsync(dialog, $"{root}/views/new", fields);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);
        Assert.Contains("Replace my saved view of this name", await again.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        var list = await (await jo.Browser.GetAsync($"{root}/reports")).Content.ReadAsStringAsync(Stop);
        var edit = System.Text.RegularExpressions.Regex.Match(list, @"/views/\d+/edit", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        Assert.Equal(HttpStatusCode.SeeOther, (await jo.Browser.PostAsync($"{root}{edit}", $"{root}{edit}", new() { ["name"] = "Each quarter" })).StatusCode);
        var delete = edit.Replace("edit", "delete", StringComparison.Ordinal);
        Assert.Contains("Each quarter", await (await jo.Browser.GetAsync($"{root}{delete}")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await jo.Browser.PostAsync($"{root}{delete}", $"{root}{delete}", [])).StatusCode);
        Assert.Contains("Nothing saved yet", await (await jo.Browser.GetAsync($"{root}/reports")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await jo.Browser.GetAsync($"{root}{edit}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await jo.Browser.GetAsync($"{root}/views/new?of=toasters")).StatusCode);
    }
}
