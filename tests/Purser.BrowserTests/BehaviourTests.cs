using Microsoft.Playwright;
using Purser.BrowserTests.Gallery;
using Purser.BrowserTests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests;

/// <summary>How the shared parts behave under mouse and keyboard.</summary>
public sealed class BehaviourTests(Browser browser, GalleryHost host) : IAsyncLifetime
{
    Visit visit = default!;
    IPage Page => visit.Page;

    public async ValueTask InitializeAsync()
    {
        visit = await browser.VisitAsync(host.Address);
        await Page.GotoAsync("/gallery");
        await visit.SettledAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (visit is not null) await visit.DisposeAsync();
    }

    [Fact]
    public async Task Drawer_opens_at_its_own_address_and_gives_the_focus_back()
    {
        var link = Page.GetByRole(AriaRole.Link, new() { Name = "Routing Advantage, tier 2" });
        await link.ClickAsync();
        var drawer = Page.GetByRole(AriaRole.Complementary, new() { Name = "Routing Advantage, tier 2" });
        await Expect(drawer.GetByRole(AriaRole.Heading)).ToBeFocusedAsync();
        await drawer.GetByRole(AriaRole.Link, new() { Name = "Product instances" }).ClickAsync();
        await Expect(drawer).ToContainTextAsync("Twelve devices");
        await Expect(Page).ToHaveURLAsync(host.Address + "/gallery?license=3&view=devices");

        await Page.Keyboard.PressAsync("Escape");
        await Expect(drawer).ToHaveCountAsync(0);
        await Expect(Page).ToHaveURLAsync(host.Address + "/gallery");
        await Expect(link).ToBeFocusedAsync();

        await Page.GoBackAsync();
        await Expect(drawer).ToContainTextAsync("Twelve devices");
        visit.AssertNoComplaints();
    }

    [Fact]
    public async Task Search_keeps_what_is_typed_while_answers_arrive()
    {
        // "/" leads to the search on top of the page.
        await Page.GetByPlaceholder("Search licenses").FocusAsync();
        await Page.Keyboard.TypeAsync("routing", new() { Delay = 120 });
        await Expect(Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        await Expect(Page.GetByPlaceholder("Search licenses")).ToHaveValueAsync("routing");
        await Expect(Page.GetByPlaceholder("Search licenses")).ToBeFocusedAsync();
        await Expect(Page).ToHaveURLAsync(host.Address + "/gallery?q=routing");

        await Page.Keyboard.TypeAsync(" nowhere");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Clear filters" }).ClickAsync();
        await Expect(Page.GetByPlaceholder("Search licenses")).ToHaveValueAsync("");
        await Expect(Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(11);
        visit.AssertNoComplaints();
    }

    [Fact]
    public async Task Filter_becomes_a_chip_and_sort_and_filter_live_in_the_address()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Status" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Insufficient" }).ClickAsync();
        await Expect(Page.GetByText("Status: Insufficient")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "In use" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Columnheader, new() { Name = "In use" })).ToHaveAttributeAsync("aria-sort", "ascending");
        await Expect(Page).ToHaveURLAsync(host.Address + "/gallery?status=short&sort=used");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Remove filter Status" }).ClickAsync();
        await Expect(Page).ToHaveURLAsync(host.Address + "/gallery?sort=used");
        visit.AssertNoComplaints();
    }

    [Fact]
    public async Task Choosing_rows_shows_how_many_a_bulk_action_takes()
    {
        var bar = Page.Locator("[data-bulk-bar]");
        await Expect(bar).ToBeHiddenAsync();
        await Page.GetByLabel("Select: Firewall threat defence").CheckAsync();
        await Page.GetByLabel("Select: Storage fabric port").CheckAsync();
        await Expect(bar).ToContainTextAsync("2 selected");
        await visit.ScreenshotAsync("bulk-bar");
        await Page.GetByLabel("Select all rows of this page").CheckAsync();
        await Expect(bar).ToContainTextAsync("10 selected");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Clear selection" }).ClickAsync();
        await Expect(bar).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Row_menu_gives_the_reason_of_what_is_not_possible()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Actions for Network Essentials, 48 ports" }).ClickAsync();
        await Expect(Page.GetByText("All of it is in use or reserved.")).ToBeVisibleAsync();
        await visit.ScreenshotAsync("row-menu");
        await visit.AssertAccessibleAsync();
        visit.AssertNoComplaints();
    }

    [Fact]
    public async Task Refused_form_stays_open_with_the_reason_at_the_field_and_a_good_one_ends_in_a_toast()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "New token" }).ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog, new() { Name = "New registration token" });
        await Expect(dialog.GetByLabel("Description")).ToBeFocusedAsync();
        await dialog.GetByLabel("Expires after").FillAsync("77");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make token" }).ClickAsync();
        await Expect(dialog.GetByText("Say what the token is for.")).ToBeVisibleAsync();
        await Expect(dialog.GetByLabel("Expires after")).ToHaveValueAsync("77");
        await Expect(dialog.GetByLabel("Description")).ToHaveAttributeAsync("aria-invalid", "true");
        await visit.ScreenshotAsync("dialog-refused");
        await visit.AssertAccessibleAsync();
        visit.ForgetComplaints(); // the browser reports the refusal's status as an error

        await dialog.GetByLabel("Description").FillAsync("Branch routers");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make token" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Token “Branch routers” was made.");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await visit.ScreenshotAsync("toast");
        visit.AssertNoComplaints();
    }

    [Fact]
    public async Task Escape_and_cancel_close_a_dialog()
    {
        var open = Page.GetByRole(AriaRole.Link, new() { Name = "New token" });
        await open.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(open).ToBeFocusedAsync();
        await open.ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Cancel" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(Page).ToHaveURLAsync(host.Address + "/gallery");
    }

    [Fact]
    public async Task Failure_of_the_server_is_told_in_a_toast_that_stays()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Actions for Firewall threat defence" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Remove…" }).ClickAsync();
        await visit.ScreenshotAsync("confirm");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Remove licenses" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was changed");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Combobox_asks_the_server_while_one_types()
    {
        await Page.GotoAsync("/gallery/token");
        await Page.GetByRole(AriaRole.Combobox, new() { Name = "Virtual account" }).FocusAsync();
        await Page.Keyboard.TypeAsync("firewall");
        await Expect(Page.GetByRole(AriaRole.Option, new() { Name = "Firewall threat defence" })).ToBeVisibleAsync();
        await visit.ScreenshotAsync("combobox");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("select[name=virtualAccount]")).ToHaveValueAsync("6");
        visit.AssertNoComplaints();
    }

    [Fact]
    public async Task Theme_and_zone_are_known_to_the_server_from_then_on()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Your menu" }).ClickAsync();
        await visit.ScreenshotAsync("person-menu");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("data-bs-theme", "dark");
        var answer = await Page.APIRequest.GetAsync("/gallery?tab=general");
        var html = await answer.TextAsync();
        Assert.Contains("data-bs-theme=\"dark\"", html, StringComparison.Ordinal);
        Assert.Contains("1 Jan 1970 01:00:00 UTC+01:00", System.Net.WebUtility.HtmlDecode(html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_opens_beside_the_page_and_closes_with_escape()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Help for this page" }).ClickAsync();
        var panel = Page.GetByRole(AriaRole.Complementary, new() { Name = "Help for this page" });
        await Expect(panel).ToContainTextAsync("+12 is surplus");
        await visit.ScreenshotAsync("help");
        await visit.AssertAccessibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(panel).ToHaveCountAsync(0);
        await Expect(Page).ToHaveURLAsync(host.Address + "/gallery");
    }

    [Fact]
    public async Task Account_switcher_filters_as_one_types()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Aurora Logistics" }).ClickAsync();
        await Expect(Page.GetByLabel("Find an account")).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("cumul");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Cumulus Hospitals" })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Borealis Shipping" })).ToBeHiddenAsync();
        await visit.ScreenshotAsync("account-switcher");
        await visit.AssertAccessibleAsync();
    }

    [Fact]
    public async Task Chart_tooltip_breaks_no_policy()
    {
        await Page.GotoAsync("/gallery?tab=usage");
        await visit.SettledAsync();
        await Page.Locator("[data-chart]").First.HoverAsync();
        await visit.ScreenshotAsync("chart-tooltip");
        visit.AssertNoComplaints();
    }

    [Fact]
    public async Task Without_script_lists_details_and_forms_still_work()
    {
        await using var plain = await browser.VisitAsync(host.Address, new(Scripts: false));
        await plain.Page.GotoAsync("/gallery?q=routing");
        await plain.Page.GetByRole(AriaRole.Link, new() { Name = "Routing Advantage, tier 2" }).ClickAsync();
        await Expect(plain.Page.GetByRole(AriaRole.Complementary, new() { Name = "Routing Advantage, tier 2" })).ToBeVisibleAsync();
        await plain.Page.GotoAsync("/gallery/token");
        await plain.Page.GetByRole(AriaRole.Button, new() { Name = "Make token" }).ClickAsync();
        await Expect(plain.Page.GetByText("Say what the token is for.")).ToBeVisibleAsync();
        await plain.Page.GetByLabel("Description").FillAsync("Branch routers");
        await plain.Page.GetByRole(AriaRole.Button, new() { Name = "Make token" }).ClickAsync();
        await Expect(plain.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("was made");
        Assert.Equal(host.Address + "/gallery", plain.Page.Url);
    }
}
