using Microsoft.Playwright;
using Purser.BrowserTests.Support;
using Purser.Server.People;
using Purser.Server.People.Sources.Ldap;
using Purser.Tests.People.Ldap;
using Purser.Tests.People.OpenId;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>How people come in with what their organization gave them, from the operator's settings to the day on which they leave.</summary>
public sealed class SourceJourneyTests(Browser browser, PagesHost host)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Feature", "AP-04")]
    public async Task Somebody_types_her_address_signs_in_at_her_provider_and_has_the_role_of_her_group()
    {
        await using var provider = await IdentityProvider.StartAsync();
        var account = await host.Installation.People.AccountAsync("northwind.example");
        await using (var visit = await host.VisitAsync(browser, await host.Installation.People.OperatorAsync()))
        {
            await MakeProviderAsync(visit, provider);
            await GiveRoleAsync(visit, "licensing", account.Domain);
            visit.AssertNoComplaints();
        }

        await provider.SetAsync(new
        {
            asks = true, account = "ida",
            people = new Dictionary<string, object> { ["ida"] = new { name = "Ida Ingberg", email = "ida@northwind.example", email_verified = true, groups = new[] { "licensing" } } },
        });
        await using var hers = await browser.VisitAsync(host.Address);
        var page = hers.Page;
        await page.GotoAsync("/accounts/northwind.example/inventory");
        await page.GetByLabel("E-mail address").FillAsync("ida@northwind.example");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByText("ida@northwind.example")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue as ida" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Inventory" })).ToBeVisibleAsync();
        Assert.StartsWith($"{host.Address}/accounts/northwind.example/inventory", page.Url, StringComparison.Ordinal);
        await page.GotoAsync("/me");
        await Expect(page.GetByText("kept and changed there")).ToBeVisibleAsync();
        await hers.ScreenshotAsync("signed-in-through-provider");

        // Out, and in again by the button: the provider still knows her, and asks nothing.
        await page.Locator(".shell-top-end .dropdown > button").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Northwind Login" }).ClickAsync();
        await page.WaitForURLAsync("**/accounts/northwind.example/**");
        hers.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "AP-04")]
    public async Task Somebody_signs_in_with_the_password_of_the_directory_and_is_out_when_she_leaves()
    {
        await using var directory = await DirectoryServer.StartAsync();
        var account = await host.Installation.People.AccountAsync("acme.example");
        await using (var visit = await host.VisitAsync(browser, await host.Installation.People.OperatorAsync()))
        {
            await MakeDirectoryAsync(visit, directory);
            await GiveRoleAsync(visit, "operations", account.Domain);
            visit.AssertNoComplaints();
        }

        await using var hers = await browser.VisitAsync(host.Address);
        var page = hers.Page;
        await page.GotoAsync("/sign-in");
        await SignInAsync(page, "not her word");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("sign in with the password that they have there");

        // The browser reports the form that was refused on purpose.
        hers.ForgetComplaints();
        await SignInAsync(page, "the word of mara");
        await page.WaitForURLAsync("**/accounts/acme.example/alerts");
        await page.GotoAsync("/me");
        await Expect(page.GetByText("kept and changed there")).ToBeVisibleAsync();
        await hers.ScreenshotAsync("signed-in-through-directory");

        directory.Remove("uid=mara,ou=people,dc=acme,dc=example");
        Assert.Contains("1 asked, 1 signed out", await host.Installation.Get<CheckDirectories>().RunAsync(Stop), StringComparison.Ordinal);
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        hers.AssertNoComplaints();
    }

    /// <summary>As the operator does it: settings here, the address to come back to there, a try.</summary>
    private static async Task MakeProviderAsync(Visit visit, IdentityProvider provider)
    {
        var page = visit.Page;
        await page.GotoAsync("/operator/sign-in/new?kind=OpenId");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Northwind Login");
        await page.GetByLabel("Mail domains").FillAsync("northwind.example");
        await page.GetByLabel("Issuer").FillAsync(provider.Issuer);
        await page.GetByLabel("Client id").FillAsync(IdentityProvider.ClientId);
        await page.GetByLabel("Client secret").FillAsync(IdentityProvider.Secret);
        await page.GetByLabel("Scopes").FillAsync("openid profile email groups");
        await page.GetByLabel("Claim with the groups").FillAsync("groups");
        await page.GetByLabel("Let in whoever it knows, without an invitation").CheckAsync();
        await visit.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        var callback = (await page.Locator("#callback").InnerTextAsync()).Trim();
        await provider.SetAsync(new { redirectUris = new[] { callback } });
        await TryAsync(visit, "answers; it publishes");
        await visit.ScreenshotAsync("source-provider");
    }

    private static async Task MakeDirectoryAsync(Visit visit, DirectoryServer directory)
    {
        var (page, options) = (visit.Page, directory.Options);
        await page.GotoAsync("/operator/sign-in/new?kind=Directory");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Acme Directory");
        await page.GetByLabel("Mail domains").FillAsync("acme.example");
        await page.GetByLabel("Servers").FillAsync(options.Hosts[0]);
        await page.GetByLabel("Port", new() { Exact = true }).FillAsync($"{options.Port}");
        await page.GetByLabel("Folder with certificates of your own authority").FillAsync(options.CertificateFolder);
        await page.GetByLabel("Name to search with").FillAsync(options.BindName);
        await page.GetByLabel("Its password").FillAsync(DirectoryServer.SearcherPassword);
        await page.GetByLabel("People lie below").FillAsync(options.UserBase);
        await page.GetByLabel("Groups lie below").FillAsync(options.GroupBase);
        await page.GetByLabel("Let in whoever it knows, without an invitation").CheckAsync();
        await visit.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await TryAsync(visit, "groups too");
        await visit.ScreenshotAsync("source-directory");
    }

    private static async Task TryAsync(Visit visit, string found)
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Try it" }).ClickAsync();
        await Expect(visit.Page.Locator("#check")).ToContainTextAsync(found);
        await visit.AssertAccessibleAsync();
    }

    private static async Task GiveRoleAsync(Visit visit, string group, string account)
    {
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Let a group give a role" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Group", new() { Exact = true }).FillAsync(group);
        await dialog.GetByLabel("Smart Account").FillAsync(account);
        await dialog.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync(nameof(Role.SmartAccountUser));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add role" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Table, new() { Name = "Roles of groups" })).ToContainTextAsync(account);
    }

    private static async Task SignInAsync(IPage page, string password)
    {
        await page.GetByLabel("E-mail address").FillAsync("mara@acme.example");
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }
}
