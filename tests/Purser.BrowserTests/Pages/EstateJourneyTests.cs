using Microsoft.Playwright;
using Purser.BrowserTests.Support;
using Purser.Server.People;
using Purser.Tests.Accounts;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>How an estate is put in order: by custom tags, by a merger that is taken back, and by an account for one person.</summary>
public sealed class EstateJourneyTests(Browser browser, PagesHost host)
{
    [Fact]
    [Trait("Feature", "SA-11")]
    public async Task A_tag_is_defined_given_and_found_by()
    {
        var account = await host.Installation.People.AccountAsync("tagged.example");
        await using var visit = await host.VisitAsync(browser, await host.Installation.People.PersonAsync(account, Role.SmartAccountAdministrator));
        var page = visit.Page;
        await page.GotoAsync("/accounts/tagged.example/tags");
        await page.GetByRole(AriaRole.Link, new() { Name = "New custom tag" }).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Country");
        await dialog.GetByLabel("Values", new() { Exact = true }).FillAsync("Sweden\nNorway");
        await visit.AssertAccessibleAsync();
        await dialog.Locator("[type=submit]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table)).ToContainTextAsync("Norway");

        await page.GotoAsync($"/accounts/tagged.example/virtual-accounts/{account.DefaultVirtualAccountId}/edit");
        await visit.SettledAsync();
        await page.Locator("select[name^='tag-']").EvaluateAsync("select => select.tomselect.setValue('Norway')");
        await page.GetByRole(AriaRole.Dialog).Locator("[type=submit]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToBeVisibleAsync();
        await page.GotoAsync("/accounts/tagged.example/virtual-accounts?tag=Country:Norway");
        await Expect(page.GetByRole(AriaRole.Table)).ToContainTextAsync("DEFAULT");
        await visit.ScreenshotAsync("tagged-virtual-accounts");

        // The inventory's picker finds by tag what is not called so.
        await page.GotoAsync("/accounts/tagged.example/inventory");
        await page.Locator(".va-picker button").First.ClickAsync();
        await page.GetByLabel("Find a virtual account").FillAsync("norway");
        await Expect(page.Locator("#va-list")).ToContainTextAsync("Country: Norway");
        visit.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "SA-15")]
    public async Task An_operator_merges_looks_and_undoes()
    {
        await host.Installation.People.AccountAsync("bought.example");
        await host.Installation.People.AccountAsync("buyer.example");
        await using var visit = await host.VisitAsync(browser, await host.Installation.People.OperatorAsync());
        var page = visit.Page;
        await page.GotoAsync("/operator/accounts/bought.example/merge");
        await page.GetByLabel("Into the Smart Account").FillAsync("buyer.example");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what will happen" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("DEFAULT (bought.example)");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("merge-preview");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Merge Smart Accounts" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("bought.example was merged into buyer.example.");
        await Expect(page.GetByRole(AriaRole.Table)).ToContainTextAsync("Provisional");
        await visit.ScreenshotAsync("mergers");

        await page.GotoAsync("/accounts/bought.example/properties");
        await Expect(page.GetByText("was merged into buyer.example")).ToBeVisibleAsync();
        await page.GotoAsync("/operator/mergers");
        await page.Locator("tbody [data-bs-toggle=dropdown]").First.ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Undo…" }).Or(page.GetByRole(AriaRole.Link, new() { Name = "Undo…" })).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("go back to bought.example");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("everything is back");
        visit.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "SA-02")]
    public async Task Somebody_without_a_company_gets_an_account_and_sees_its_first_token()
    {
        var world = new RequestWorld(host.Installation);
        await using var visit = await host.VisitAsync(browser, await world.PersonAsync("lone.wolf@gmail.com"));
        var page = visit.Page;
        await page.GotoAsync("/account-requests/new");
        await page.GetByLabel("Type").SelectOptionAsync("LimitedUse");
        await page.GetByLabel("Account name").FillAsync("Wolf");
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit request" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("A mail was written to you.");
        await page.GotoAsync($"/account-requests/approve?code={await world.CodeAsync("lone.wolf@gmail.com")}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Activate Smart Account" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The Smart Account Wolf is active.");
        await Expect(page.GetByRole(AriaRole.Table)).ToContainTextAsync("First token");
        await visit.ScreenshotAsync("limited-use-first-token");
        visit.AssertNoComplaints();

        // Refused, because the profile has no company's address: the browser notes the status by itself.
        await page.GotoAsync("/accounts/lone-wolf.gmail.com/properties");
        await page.GetByRole(AriaRole.Link, new() { Name = "Upgrade…" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Upgrade Smart Account" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("not of a company's own domain");
        await visit.AssertAccessibleAsync();
    }
}
