using Microsoft.Playwright;
using Purser.BrowserTests.Support;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Tests.Devices;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>A product leaves the factory with its licenses installed: booked, shipped and downloaded by an operator, installed on <c>purser device</c>.</summary>
public sealed class ShipmentJourneyTests(Browser browser, PagesHost host)
{
    private const string License = "Factory gateway license";

    [Fact]
    [Trait("Feature", "RS-07")]
    public async Task An_order_is_booked_and_shipped_with_its_licenses_installed()
    {
        var estate = await EstateAsync();
        using var device = await DeviceProcess.StartAsync(host.Address, (await estate.CatalogAsync()).FindProduct("Factory Gateway")!.Tag, "FG-1", "FCWFACT01");
        var request = await device.RequestAsync();
        await using var visit = await host.VisitAsync(browser, await host.Installation.People.OperatorAsync());
        var page = visit.Page;
        await BookAsync(page, estate.Account.Domain);
        await visit.AssertAccessibleAsync();

        await page.GotoAsync("/operator/orders");
        await page.GetByRole(AriaRole.Link, new() { Name = "To be shipped" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "SO-FACT" })).ToContainTextAsync("2 of 2");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("shipments");
        await page.GetByRole(AriaRole.Link, new() { Name = "SO-FACT" }).ClickAsync();

        // A swapped character is refused at its row.
        var codes = page.GetByLabel("Request codes of line 1");
        await codes.FillAsync(request.Replace("FCWFACT01", "FCWFCAT01", StringComparison.Ordinal) + ", 2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm shipment" }).ClickAsync();
        await Expect(page.Locator("#codes-1-error")).ToContainTextAsync("Row 1: ");
        visit.ForgetComplaints();
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("ship-refused");
        await codes.FillAsync(request + ", 2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm shipment" }).ClickAsync();
        await Expect(page.GetByText("Nothing of this order is to be shipped")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("shipped");

        await device.InstallAsync(await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download as File for" }).ClickAsync()));
        var tag = (await estate.CatalogAsync()).FindEntitlement(License)!.Tag;
        Assert.Contains("2 in use, AUTHORIZED - RESERVED", await device.RunAsync("feature", "request", tag, "2"), StringComparison.Ordinal);
        var archive = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download all authorization files" }).ClickAsync());
        Assert.EndsWith(".zip", archive.SuggestedFilename, StringComparison.Ordinal);
        visit.AssertNoComplaints();
    }

    private static async Task BookAsync(IPage page, string account)
    {
        await page.GotoAsync("/operator/orders/new");
        await page.GetByLabel("Order number").FillAsync("SO-FACT");
        await ChooseAsync(page, "#sku-1", "FACTORY-GATEWAY");
        await page.Locator("#quantity-1").FillAsync("2");
        await ChooseAsync(page, "#account-1", account);
        await page.Locator("#factory-1").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Book order" }).ClickAsync();
        await Expect(page.GetByText("0 shipped")).ToBeVisibleAsync();
    }

    /// <summary>From a list that is searched as one types.</summary>
    private static async Task ChooseAsync(IPage page, string select, string text)
    {
        await page.Locator($"{select}-ts-control").FillAsync(text);
        await page.Locator($"{select}-ts-dropdown [role=option]").Filter(new() { HasText = text }).First.ClickAsync();
        await page.Keyboard.PressAsync("Tab");

        // A list that is still closing moves what is clicked next.
        await Expect(page.Locator($"{select}-ts-dropdown")).ToBeHiddenAsync();
    }

    private async Task<DeviceEstate> EstateAsync()
    {
        var estate = await DeviceEstate.MakeAsync(host.Installation, "factory.example");
        var draft = new CatalogDraft
        {
            Entitlements = [new EntitlementDraft(License)],
            Products = [new ProductDraft("Factory Gateway") { Pids = "FG-*", Entitlements = [License] }],
            Skus = [new SkuDraft("FACTORY-GATEWAY", Lines: [new SkuLineDraft(License)])],
        };
        Assert.True((await host.Installation.Get<ApplyCatalog>().HandleAsync(Actor.System, draft)).IsOk);
        var input = new EditAccount.Input { SpecificReservation = true };
        var enabled = await host.Installation.Get<EditAccount>().HandleAsync(new Command(EditAccount.Name, Actor.System, input) { Accounts = [estate.Account.Id] }, input);
        Assert.True(enabled.IsOk, enabled.Refusal?.Detail);
        return estate;
    }
}
