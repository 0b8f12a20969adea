using Microsoft.Playwright;
using Purser.BrowserTests.Support;
using Purser.Server.Commands;
using Purser.Server.People;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>The pages around accounts and people: how they look, and a customer's way from the first sign-in to a program of her own.</summary>
public sealed class AccountPagesTests(Browser browser, PagesHost host)
{
    public static TheoryData<string, string> CustomerPages => new()
    {
        { "accounts", "/accounts" },
        { "account-request", "/account-requests/new" },
        { "directory", "/directory?q=aurora" },
        { "ask-for-access", "/directory/ask?domain=aurora-logistics.example" },
        { "profile", "/me" },
        { "properties", "{root}/properties" },
        { "properties-edit", "{root}/properties/edit" },
        { "virtual-account-new", "{root}/virtual-accounts/new" },
        { "virtual-account-edit", "{root}/virtual-accounts/{stockholm}/edit" },
        { "virtual-account-parent", "{root}/virtual-accounts/{stockholm}/parent" },
        { "virtual-account-delete", "{root}/virtual-accounts/{stockholm}/delete" },
        { "notification-preferences", "/notifications?tab=preferences" },
        { "people-assign", "{root}/people/assign?id=1" },
        { "people-message", "{root}/people/message?id=1" },
        { "group-new", "{root}/groups/new" },
        { "group-external", "{root}/groups/external" },
        { "access-rule-new", "{root}/access-requests/rules/new" },
        { "agreements", "{root}/agreements" },
        { "tag-new", "{root}/tags/new" },
    };

    /// <summary>Those that <see cref="AdministrationLookTests"/> does not look at with rows in them.</summary>
    public static TheoryData<string, string> OperatorPages => new()
    {
        { "operator-account-new", "/operator/accounts/new" },
        { "operator-account-edit", "/operator{root}/edit" },
        { "operator-merge", "/operator{root}/merge" },
        { "operator-split", "/operator{root}/split" },
        { "operator-agreements", "/operator/agreements" },
        { "operator-agreement-new", "/operator/agreements/new" },
        { "operator-staff-new", "/operator/staff/new" },
        { "operator-client-new", "/operator/staff/clients/new" },
        { "operator-authority", "/operator/authority" },
        { "operator-authority-rotate", "/operator/authority/rotate" },
        { "operator-catalog", "/operator/catalog" },
        { "operator-catalog-products", "/operator/catalog?tab=products" },
        { "operator-catalog-skus", "/operator/catalog?tab=skus" },
        { "operator-license-new", "/operator/catalog/licenses/new" },
        { "operator-product-new", "/operator/catalog/products/new" },
        { "operator-sku-new", "/operator/catalog/skus/new" },
        { "operator-catalog-import", "/operator/catalog/import" },
        { "operator-orders", "/operator/orders" },
        { "operator-order-new", "/operator/orders/new" },
        { "operator-shipments", "/operator/orders/shipments" },
    };

    [Theory]
    [MemberData(nameof(CustomerPages))]
    public Task A_customers_page_is_accessible_and_breaks_no_policy(string name, string address) => LookAsync(host.Estate.Administrator, name, address);

    [Theory]
    [MemberData(nameof(OperatorPages))]
    public async Task An_operators_page_is_accessible_and_breaks_no_policy(string name, string address) =>
        await LookAsync(await host.Installation.People.OperatorAsync(), name, address);

    [Fact]
    public async Task The_sign_in_page_is_accessible_and_breaks_no_policy()
    {
        await using var visit = await browser.VisitAsync(host.Address);
        await visit.Page.GotoAsync("/");
        await visit.ScreenshotAsync("page-sign-in-light-1360");
        await visit.AssertAccessibleAsync();
        visit.AssertNoComplaints();
    }

    [Fact]
    public async Task A_sku_with_an_impossible_line_is_refused_at_its_field_and_keeps_what_was_typed()
    {
        await using var visit = await host.VisitAsync(browser, await host.Installation.People.OperatorAsync());
        await visit.Page.GotoAsync("/operator/catalog/skus/new");
        await visit.SettledAsync();
        await visit.Page.Locator("[name=code]").FillAsync("TEST-SKU-1");
        await visit.Page.Locator("[name=license0]").EvaluateAsync("select => select.tomselect.setValue(Object.keys(select.tomselect.options)[0])");
        foreach (var (field, typed, reason) in new[] { ("quantity0", "abc", "Enter a whole number."), ("quantity0", "-1", "between 1 and 1000000"), ("months0", "7", "has no term in months") })
        {
            await visit.Page.Locator("[name=quantity0]").FillAsync("1");
            await visit.Page.Locator($"[name={field}]").FillAsync(typed);
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Create SKU" }).ClickAsync();
            await Expect(visit.Page.Locator(".invalid-feedback")).ToContainTextAsync(reason);
            await Expect(visit.Page.Locator($"[name={field}]")).ToHaveValueAsync(typed);
        }
    }

    [Fact]
    public async Task What_is_not_there_is_a_page_that_says_so_also_after_it_has_begun()
    {
        await using var visit = await host.VisitAsync(browser, host.Estate.Administrator);
        foreach (var address in new[] { "inventory?va=99999", "inventory?va=abc", host.Estate.Fill("inventory/{stockholm}/licenses/99999/why") })
        {
            var answer = await visit.Page.GotoAsync($"{host.Estate.Root}/{address}");
            Assert.Equal(404, answer!.Status);
            await Expect(visit.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("your roles do not include it");
        }
    }

    [Fact]
    public async Task An_administrator_invites_a_colleague_who_signs_in_and_makes_a_client()
    {
        await using var visit = await host.VisitAsync(browser, host.Estate.NewAdministrator);
        var page = visit.Page;
        await page.GotoAsync($"/accounts/{host.Estate.NewAccount.Domain}/people");
        await page.GetByRole(AriaRole.Link, new() { Name = "Add person" }).First.ClickAsync();
        await page.GetByLabel("E-mail address").FillAsync("not an address");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add person" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Give an e-mail address such as")).ToBeVisibleAsync();
        visit.ForgetComplaints();
        await page.GetByLabel("E-mail address").FillAsync("ida@borealis-shipping.example");
        await page.Locator("#field-displayName").FillAsync("Ida");
        await page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync(nameof(Role.SmartAccountAdministrator));
        await page.GetByRole(AriaRole.Button, new() { Name = "Add person" }).ClickAsync();
        await Assertions.Expect(page.GetByText("ida@borealis-shipping.example has the role")).ToBeVisibleAsync();
        var link = await host.Installation.People.PasswordLinkAsync("ida@borealis-shipping.example");
        visit.AssertNoComplaints();

        await using var second = await browser.VisitAsync(host.Address);
        page = second.Page;
        await page.GotoAsync(link);
        await page.GetByLabel("New password").FillAsync("four words make one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set password and sign in" }).ClickAsync();
        await page.WaitForURLAsync("**/alerts");
        await page.GetByRole(AriaRole.Link, new() { Name = "API clients" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New API client" }).First.ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Robot");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create API client" }).ClickAsync();
        Assert.Equal(43, (await page.Locator("#client-secret").InnerTextAsync()).Length);
        await second.ScreenshotAsync("page-client-secret");
        second.AssertNoComplaints();
    }

    [Fact]
    public async Task A_person_lets_a_program_act_for_her_and_her_browser_goes_back_to_it()
    {
        var back = $"{host.Address}/health/live";
        var input = new CreateApiClient.Input("License dashboard", [ApiScope.Read, ApiScope.Write], [new(Role.SmartAccountViewer)]) { RedirectUris = [back] };
        var client = await host.Installation.Get<CreateApiClient>().HandleAsync(
            new Command(CreateApiClient.Name, Actor.System, input) { Accounts = [host.Estate.Account.Id] }, input, TestContext.Current.CancellationToken);
        var address = $"/oauth/authorize?response_type=code&state=s1&client_id={client.Value.ClientId}&redirect_uri={Uri.EscapeDataString(back)}";
        await LookAsync(host.Estate.Administrator, "authorize", address);

        foreach (var (button, outcome) in new[] { ("Do not allow", "error=access_denied&state=s1"), ("Allow", "code=") })
        {
            await using var visit = await host.VisitAsync(browser, host.Estate.Administrator);
            await visit.Page.GotoAsync(address);
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
            await visit.Page.WaitForURLAsync($"{back}?{outcome}*");
            visit.AssertNoComplaints();
        }
    }

    private async Task LookAsync(Actor person, string name, string address)
    {
        var path = address.Replace("{root}", host.Estate.Root, StringComparison.Ordinal).Replace("{stockholm}", $"{host.Estate.Stockholm}", StringComparison.Ordinal);
        await using var visit = await host.VisitAsync(browser, person);
        await visit.Page.GotoAsync(path);
        await visit.LookAsync($"page-{name}", [(false, 1360), (true, 400)]);
        visit.AssertNoComplaints();
    }
}
