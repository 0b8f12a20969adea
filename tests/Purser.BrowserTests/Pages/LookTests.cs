using Purser.BrowserTests.Support;

[assembly: AssemblyFixture(typeof(Purser.BrowserTests.Pages.PagesHost))]

namespace Purser.BrowserTests.Pages;

/// <summary>Every customer page, light and dark, wide and narrow: accessible, within the content policy, and pictured for people to look at.</summary>
public sealed class LookTests(Browser browser, PagesHost host)
{
    public static TheoryData<string, string> Addresses => new()
    {
        { "alerts", "alerts" },
        { "inventory-general", "inventory?va={stockholm}&tab=general" },
        { "inventory-events", "inventory?va={stockholm}&tab=events&alerts=none" },
        { "token-new", "inventory/{stockholm}/tokens/new" },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Page_is_accessible_and_breaks_no_policy(string name, string address)
    {
        foreach (var (dark, width) in new[] { (false, 1360), (true, 1360), (false, 400) })
        {
            await using var visit = await host.VisitAsync(browser, host.Estate.Administrator, new(width, Dark: dark));
            await visit.Page.GotoAsync($"{host.Estate.Root}/{address.Replace("{stockholm}", $"{host.Estate.Stockholm}", StringComparison.Ordinal)}");
            await visit.SettledAsync();
            await visit.ScreenshotAsync($"page-{name}-{(dark ? "dark" : "light")}-{width}");
            await visit.AssertAccessibleAsync();
            visit.AssertNoComplaints();
        }
    }
}
