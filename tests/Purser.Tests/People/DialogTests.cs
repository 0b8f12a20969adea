using System.Net;
using System.Text.RegularExpressions;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Accounts;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

/// <summary>What the dialogs on people, groups and programs say before anything happens.</summary>
public sealed partial class DialogTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_gone_has_no_dialog()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        var account = await installation.People.AccountAsync();
        using var browser = await installation.BrowserAsync(await installation.People.PersonAsync(account, Role.SmartAccountAdministrator));
        foreach (var path in new[]
        {
            "virtual-accounts/4711/edit", "virtual-accounts/4711/parent", "virtual-accounts/4711/default", "virtual-accounts/4711/delete",
            "people/4711/remove", "people/4711/password-link", "people/roles/4711",
            "groups/4711/delete", "groups/4711/members/new", "groups/4711/roles/new", "groups/4711/request-access", "groups/4711/access/other.example/end",
            "clients/4711/secret", "clients/4711/revoke", "clients/4711/previous-secret", "access-requests/4711", "access-requests/4711/decline",
        })
        {
            using var answer = await browser.GetAsync($"/accounts/{account.Domain}/{path}", Stop);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, answer.StatusCode));
            Assert.Contains("There is no such", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
    }

    [Theory, Engines]
    public async Task A_dialog_names_whom_it_is_about_and_nobody_next_door(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var oslo = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Oslo" })).Id;
        var rows = new object[]
        {
            new { email = "ann@acme.example", name = "Ann Able", role = "VirtualAccountUser", virtualAccounts = new[] { "Oslo" } },
            new { email = "bo@acme.example", name = "Bo Baker", role = "SmartAccountUser" },
        };
        Assert.Equal(HttpStatusCode.OK, (await api.PostJsonAsync($"{account.Api}/people/import", new { rows })).Status);
        var ids = (await api.GetJsonAsync($"{account.Api}/people")).Items.ToDictionary(row => row.GetProperty("name").GetString()!, row => row.GetProperty("personId").GetInt64());
        var (ann, bo) = (ids["Ann Able"], ids["Bo Baker"]);
        using var whole = await installation.BrowserAsync(await installation.People.PersonAsync(account, Role.SmartAccountAdministrator));
        using var limited = await installation.BrowserAsync(await installation.People.PersonAsync(account, Role.VirtualAccountAdministrator, oslo));
        var root = $"/accounts/{account.Domain}/people";
        Assert.Contains("Remove person: Bo Baker", await whole.GetStringAsync($"{root}/{bo}/remove", Stop), StringComparison.Ordinal);
        Assert.Contains("Send password link: Ann Able", await whole.GetStringAsync($"{root}/{ann}/password-link", Stop), StringComparison.Ordinal);
        Assert.Contains("<strong>Ann Able and Bo Baker</strong>", await whole.GetStringAsync($"{root}/message?id={ann}&id={bo}", Stop), StringComparison.Ordinal);
        Assert.Contains("<strong>Bo Baker</strong>", await whole.GetStringAsync($"{root}/assign?id={bo}", Stop), StringComparison.Ordinal);
        Assert.Contains("<strong>2 people</strong>", await limited.GetStringAsync($"{root}/message?id={ann}&id={bo}", Stop), StringComparison.Ordinal);
        using var nextDoor = await limited.GetAsync($"{root}/{bo}/remove", Stop);
        Assert.Equal(HttpStatusCode.NotFound, nextDoor.StatusCode);
    }

    [Fact]
    public async Task No_form_proposes_an_administrator()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var group = (await api.PostJsonAsync($"{account.Api}/groups", new { name = "Engineers" })).Id;
        using var asking = TestActors.As(installation.NewClient(), await new RequestWorld(installation).PersonAsync("new@acme.example"));
        var administrator = await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        var request = (await asking.PostJsonAsync("/api/v1/directory/access-requests", new { domain = account.Domain })).Id;
        using var whole = await installation.BrowserAsync(administrator);
        using var limited = await installation.BrowserAsync(await installation.People.PersonAsync(account, Role.VirtualAccountAdministrator, account.DefaultVirtualAccountId));
        foreach (var path in new[] { "people/new", "clients/new", $"groups/{group}/roles/new", $"access-requests/{request}" })
        {
            Assert.Equal((path, nameof(Role.SmartAccountUser)), (path, ProposedIn(await whole.GetStringAsync($"/accounts/{account.Domain}/{path}", Stop))));
        }

        foreach (var path in new[] { "people/new", $"access-requests/{request}" })
        {
            Assert.Equal((path, nameof(Role.VirtualAccountUser)), (path, ProposedIn(await limited.GetStringAsync($"/accounts/{account.Domain}/{path}", Stop))));
        }
    }

    [Fact]
    public async Task A_reason_stands_once_however_deep_its_field_lies()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        await api.PostJsonAsync($"{account.Api}/tags", new { name = "Country", values = new[] { "Norway" }, required = true });
        using var browser = await installation.BrowserAsync(await installation.People.PersonAsync(account, Role.SmartAccountAdministrator));
        var person = await PostAsync(browser, $"/accounts/{account.Domain}/people/new", ("email", "a@acme.example"), ("role", nameof(Role.VirtualAccountUser)));
        Assert.Single(person.Split("Choose the virtual account for the role").Skip(1));
        var place = await PostAsync(browser, $"/accounts/{account.Domain}/virtual-accounts/new", ("name", "Oslo"), ("accessLevel", "Public"));
        Assert.Single(place.Split("needs a value of the tag").Skip(1));
    }

    [Fact]
    public async Task Who_may_not_open_a_page_reads_which_roles_may()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        var account = await installation.People.AccountAsync();
        using var viewer = await installation.BrowserAsync(await installation.People.PersonAsync(account, Role.SmartAccountViewer));
        using var answer = await viewer.GetAsync($"/accounts/{account.Domain}/people", Stop);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains(
            "Smart Account Administrator, Smart Account Approver, Virtual Account Administrator. Ask an administrator of this Smart Account for one that fits.",
            await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    /// <summary>The option that a role field would send untouched.</summary>
    private static string ProposedIn(string page) => SelectedRole().Match(page).Groups["role"].Value;

    private static async Task<string> PostAsync(HttpClient browser, string path, params (string Name, string Value)[] fields)
    {
        using var page = await browser.GetAsync(path, Stop);
        var text = await page.Content.ReadAsStringAsync(Stop);
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value)).Append(KeyValuePair.Create("__RequestVerificationToken", Token().Match(text).Groups["token"].Value)));

        // A cookie of its own would take the place of the session's, so both stand in one line.
        var cookies = page.Headers.TryGetValues("Set-Cookie", out var set) ? set.Select(cookie => cookie.Split(';')[0]) : [];
        request.Headers.Add("Cookie", string.Join("; ", browser.DefaultRequestHeaders.GetValues("Cookie").Concat(cookies)));
        using var answer = await browser.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    [GeneratedRegex("<option value=\"(?<role>(Smart|Virtual)Account[A-Za-z]+)\"[^>]* selected", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SelectedRole();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}
