using Microsoft.Playwright;
using Purser.BrowserTests.Support;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>Every page and dialog of reservation, light and dark, wide and narrow: accessible, nothing wider than the screen, pictured for people to look at.</summary>
public sealed class ReservationLookTests(Browser browser, ReservationHost host) : IClassFixture<ReservationHost>
{
    private const string Place = "/accounts/{account}/inventory/{place}";
    private const string Devices = Place + "/devices/";

    private static readonly (bool Dark, int Width)[] Wide = [(false, 1280), (true, 1280)];
    private static readonly (bool Dark, int Width)[] Narrow = [(false, 400), (true, 400)];

    public static TheoryData<string, string, bool> Addresses => new()
    {
        { "inventory", "/accounts/{account}/inventory?va={place}&tab=devices&alerts=none", false },
        { "device", "/accounts/{account}/inventory?va={place}&tab=devices&alerts=none&device={confirmed}", false },
        { "upgraded", "/accounts/{account}/inventory?va={place}&tab=devices&alerts=none&device={upgraded}", false },
        { "upgraded-why", Place + "/licenses/{advantage}/why", false },
        { "authorization", Devices + "{confirmed}/reservation", false },
        { "authorization-universal", Devices + "{universal}/reservation", false },
        { "sheet", Devices + "{confirmed}/reservation/sheet", false },
        { "sheet-pending", Devices + "{pending}/reservation/sheet", false },
        { "sheet-universal", Devices + "{universal}/reservation/sheet", false },
        { "update-pending", Devices + "{pending}/reservation/update", false },
        { "confirm", Devices + "{pending}/reservation/confirm", false },
        { "cancel-update", Devices + "{pending}/reservation/cancel-update", true },
        { "remove", Devices + "{confirmed}/remove", false },
        { "remove-without-code", Devices + "{confirmed}/reservation/remove", true },
        { "failed", "/accounts/{account}/inventory?va={place}&tab=devices&alerts=none&device={failed}", false },
        { "failed-rehost", Devices + "{failed}/reservation/rehost", false },
        { "failed-remove", Devices + "{failed}/remove", false },
        { "many", Place + "/reserve-many", false },
        { "batch", Place + "/reserve-many/{batch}", false },
        { "shipments", "/operator/orders/shipments", true },
        { "ship", "/operator/orders/{order}/ship", true },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    [Trait("Feature", "RS-01")]
    public async Task Page_is_accessible_and_breaks_no_policy(string name, string address, bool asOperator)
    {
        await using var visit = await host.VisitAsync(browser, asOperator);
        await visit.Page.GotoAsync(host.Fill(address));
        await visit.LookAsync($"reservation-{name}", [.. Wide, .. Narrow], fullPage: true);
        visit.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "RS-01")]
    public Task Steps_of_a_reservation() => WalkAsync(Place + "/reserve", async (page, look) =>
    {
        await look("reserve-1-code");
        await page.GetByLabel("Reservation Request Code").FillAsync(host.NewRequest(mayAdd: true));
        await NextAsync(page);
        await page.GetByLabel("Number of Essentials to add to the inventory").FillAsync("2");
        await look("reserve-2-add");
        await NextAsync(page);
        await page.GetByLabel("Number of Advantage to reserve", new() { Exact = true }).FillAsync("3");
        await page.GetByText("Multiple terms of Advantage").ClickAsync();
        await look("reserve-3-select");
        await NextAsync(page);
        await Expect(page.GetByText("Licenses to be Added to Inventory")).ToBeVisibleAsync();
        await look("reserve-4-review");
    });

    [Fact]
    [Trait("Feature", "RS-02")]
    public Task Steps_of_an_update() => WalkAsync(Devices + "{confirmed}/reservation/update", async (page, look) =>
    {
        await page.GetByLabel("Number of Advantage to reserve", new() { Exact = true }).FillAsync("1");
        await look("update-1-select");
        await NextAsync(page);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("in transition");
        await look("update-2-review");
    });

    [Fact]
    [Trait("Feature", "RS-05")]
    public Task Steps_of_a_rehost() => WalkAsync(Devices + "{confirmed}/reservation/rehost", async (page, look) =>
    {
        await look("rehost-1-code");
        await page.GetByLabel("Reservation Request Code of the replacement").FillAsync(host.NewRequest());
        await NextAsync(page);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("are copied to the replacement product");
        await look("rehost-2-review");
    });

    /// <summary>A sheet is for paper: nothing of the page around it, and no dark ground.</summary>
    [Theory]
    [InlineData("confirmed")]
    [InlineData("pending")]
    [InlineData("universal")]
    [Trait("Feature", "RS-01")]
    public async Task Sheet_is_printed_alone_and_light(string device)
    {
        await using var visit = await host.VisitAsync(browser, asOperator: false, new(794, 1123, Dark: true));
        await visit.Page.GotoAsync(host.Fill(Devices + "{" + device + "}/reservation/sheet"));
        await visit.SettledAsync();
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await visit.ScreenshotAsync($"reservation-sheet-{device}-print", fullPage: true);
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Print" })).ToBeHiddenAsync();
        await Expect(visit.Page.Locator("nav").First).ToBeHiddenAsync();
        await Expect(visit.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");
        visit.AssertNoComplaints();
    }

    private async Task WalkAsync(string address, Func<IPage, Func<string, Task>, Task> walk)
    {
        foreach (var ways in new[] { Wide, Narrow })
        {
            await using var visit = await host.VisitAsync(browser, asOperator: false, new(ways[0].Width));
            await visit.Page.GotoAsync(host.Fill(address));
            await walk(visit.Page, name => visit.LookAsync($"reservation-{name}", ways, fullPage: true));
            visit.AssertNoComplaints();
        }
    }

    private static Task NextAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
}
