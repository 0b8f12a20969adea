using Purser.BrowserTests.Support;
using static Microsoft.Playwright.Assertions;

[assembly: AssemblyFixture(typeof(Purser.BrowserTests.Pages.PagesHost))]

namespace Purser.BrowserTests.Pages;

/// <summary>Every customer page, light and dark, wide and narrow: accessible, within the content policy, and pictured for people to look at.</summary>
public sealed class LookTests(Browser browser, PagesHost host)
{
    public static TheoryData<string, string> Addresses => new()
    {
        { "alerts", "alerts" },
        { "inventory-general", "inventory?va={stockholm}&tab=general" },
        { "inventory-licenses", "inventory?va={stockholm}&tab=licenses&alerts=none" },
        { "inventory-licenses-many", "inventory?va={warehouse}&tab=licenses&alerts=none" },
        { "license-overview", "inventory?va={stockholm}&tab=licenses&alerts=none&license={advantage}" },
        { "license-devices", "inventory?va={stockholm}&tab=licenses&alerts=none&license={essentials}&view=devices" },
        { "license-events", "inventory?va={stockholm}&tab=licenses&alerts=none&license={essentials}&view=events" },
        { "license-orders", "inventory?va={stockholm}&tab=licenses&alerts=none&license={essentials}&view=orders" },
        { "license-usage", "inventory?va={stockholm}&tab=licenses&alerts=none&license={essentials}&view=usage" },
        { "transfer-to", "inventory/{stockholm}/transfer?id={advantage}&id={essentials}" },
        { "transfer-from", "inventory/{stockholm}/transfer?id={essentials}&way=from" },
        { "why", "inventory/{stockholm}/licenses/{essentials}/why" },
        { "inventory-devices", "inventory?va={stockholm}&tab=devices&alerts=none" },
        { "inventory-devices-many", "inventory?va={warehouse}&tab=devices&alerts=none" },
        { "device-overview", "inventory?va={stockholm}&tab=devices&alerts=none&device={device}" },
        { "device-remove", "inventory/{stockholm}/devices/{device}/remove" },
        { "device-transfer", "inventory/{stockholm}/devices/transfer?id={device}" },
        { "activity-transactions", "activity" },
        { "activity-events", "activity?tab=events" },
        { "inventory-events", "inventory?va={stockholm}&tab=events&alerts=none" },
        { "reports", "reports" },
        { "report-form", "reports/licenses?name=Branches&places=selected&va={stockholm}" },
        { "report-licenses", "reports/licenses/run?name=Branches" },
        { "report-subscriptions", "reports/license-subscriptions/run?name=Terms" },
        { "report-devices", "reports/product-instances/run?name=Devices" },
        { "view-new", "views/new?of=licenses&name=Branches" },
        { "token-new", "inventory/{stockholm}/tokens/new" },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Page_is_accessible_and_breaks_no_policy(string name, string address)
    {
        await using var visit = await host.VisitAsync(browser, host.Estate.Administrator);
        await visit.Page.GotoAsync($"{host.Estate.Root}/{host.Estate.Fill(address)}");
        await visit.LookAsync($"page-{name}", [(false, 1360), (true, 1360), (false, 400)]);
        visit.AssertNoComplaints();
    }

    [Theory]
    [InlineData("licenses", "Compliance and forecast", "Why is it short?")]
    [InlineData("devices", "Remove…", "Remove…")]
    public async Task Row_menu_fetches_its_entries_and_is_walked_with_the_keyboard(string tab, string entry, string orElse)
    {
        foreach (var (dark, width) in new[] { (false, 1280), (true, 1280), (false, 400), (true, 400) })
        {
            await using var visit = await host.VisitAsync(browser, host.Estate.Administrator, new(width, Dark: dark));
            await visit.Page.GotoAsync($"{host.Estate.Root}/{host.Estate.Fill($"inventory?va={{stockholm}}&tab={tab}&alerts=none")}");
            await visit.SettledAsync();
            await visit.Page.Locator("tbody [data-bs-toggle=dropdown]").First.PressAsync("ArrowDown");
            var menu = visit.Page.Locator(".dropdown-menu.show");
            await Expect(menu.GetByText(entry).Or(menu.GetByText(orElse)).First).ToBeVisibleAsync();
            await Expect(menu.Locator("a").First).ToBeFocusedAsync();
            await visit.ScreenshotAsync($"menu-{tab}-{(dark ? "dark" : "light")}-{width}");
            await visit.AssertAccessibleAsync();
            await visit.Page.Keyboard.PressAsync("Escape");
            await Expect(menu).ToHaveCountAsync(0);
            visit.AssertNoComplaints();
        }
    }
}
