using Microsoft.Playwright;
using Purser.BrowserTests.Support;

namespace Purser.BrowserTests.Pages;

/// <summary>The search on top of every page of an account: by keyboard, as one types, and as a page.</summary>
public sealed class SearchPageTests(Browser browser, PagesHost host)
{
    [Fact]
    public async Task The_search_is_reached_by_key_and_leads_to_what_is_found()
    {
        await using var visit = await host.VisitAsync(browser, host.Estate.Administrator);
        var page = visit.Page;
        await page.GotoAsync($"{host.Estate.Root}/alerts");
        await page.Keyboard.PressAsync("/");
        var box = page.GetByRole(AriaRole.Searchbox, new() { Name = "Search this Smart Account" });
        await Assertions.Expect(box).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("network ess");
        var licenses = page.Locator("#search-drop").GetByRole(AriaRole.Region, new() { Name = "Licenses" });
        await Assertions.Expect(licenses.GetByRole(AriaRole.Link).First).ToContainTextAsync("Network Essentials, 48 ports");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("search-drop");

        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#drawer").GetByRole(AriaRole.Heading, new() { Name = "Network Essentials, 48 ports" }).First).ToBeVisibleAsync();
        visit.AssertNoComplaints();
    }

    [Fact]
    public async Task All_answers_have_a_page_and_nothing_found_says_so()
    {
        await using var visit = await host.VisitAsync(browser, host.Estate.Administrator);
        var page = visit.Page;
        await page.GotoAsync($"{host.Estate.Root}/search");
        await Assertions.Expect(page.GetByText("What are you looking for?")).ToBeVisibleAsync();
        var box = page.GetByRole(AriaRole.Searchbox, new() { Name = "Search this Smart Account" });
        await box.FillAsync("stockholm");
        await box.PressAsync("Enter");
        await Assertions.Expect(page.Locator("main").GetByRole(AriaRole.Region, new() { Name = "Virtual accounts" })).ToContainTextAsync("Stockholm");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("page-search");

        await box.FillAsync("no such thing");
        await box.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("Nothing is called “no such thing”").First).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        visit.AssertNoComplaints();
    }

    [Fact]
    public async Task Who_works_in_one_virtual_account_finds_nothing_of_another()
    {
        await using var visit = await host.VisitAsync(browser, host.Estate.StockholmUser);
        await visit.Page.GotoAsync($"{host.Estate.Root}/search?q=oslo");
        await Assertions.Expect(visit.Page.GetByText("Nothing is called “oslo”").First).ToBeVisibleAsync();
        visit.AssertNoComplaints();
    }
}
