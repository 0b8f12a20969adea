using Microsoft.Playwright;
using Purser.BrowserTests.Support;
using Purser.Server.Catalog;
using Purser.Server.Licenses;
using Purser.Server.Orders;
using Purser.Server.People;
using Purser.Tests.Devices;
using Purser.Tests.Reports;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>Licenses that become others or serve elsewhere, a shortage followed from its alert to its end, and a report that an office program opens.</summary>
public sealed class LicenseChangeJourneyTests(Browser browser, PagesHost host)
{
    private const string Old = "Journey essentials";
    private const string New = "Journey advantage";
    private const string Metered = "Journey telemetry";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Feature", "LI-08")]
    public async Task A_pending_upgrade_is_reviewed_and_completed()
    {
        var estate = await DeviceEstate.MakeAsync(host.Installation, "upgrades.example");
        var old = await estate.EntitlementAsync(Old);
        await estate.EntitlementAsync(New);
        await estate.DepositAsync(estate.Default, old, 10);
        await estate.DeviceAsync(estate.Default, "switch-1", null, (old, 6));
        await Stock.BookAsync(host.Installation, [new SkuDraft("JOURNEY-UP", Lines: [new SkuLineDraft(New) { Replaces = [new ReplacedDraft(Old, 2)] }])],
            new BookOrder.Input("SO-UPGRADE", [new OrderLineInput("JOURNEY-UP", 4, "upgrades.example")]));
        await using var visit = await VisitAsync(estate);
        var page = visit.Page;
        await page.GotoAsync(Tab(estate, "licenses"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Upgrade Pending" }).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Quantity", new() { Exact = true }).FillAsync("3");
        await visit.AssertAccessibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync($"This makes a shortage of 2 {Old}");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("upgrade-review");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Submit" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync($"3 {New} licenses were upgraded");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = New })).ToContainTextAsync("(+1 pending)");
        Assert.Equal("4 | 6 | -2", await estate.PoolAsync(estate.Default, old));
        visit.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "LI-09")]
    public async Task A_license_billed_by_usage_moves_to_another_virtual_account()
    {
        var estate = await DeviceEstate.MakeAsync(host.Installation, "metered.example");
        var spare = await estate.VirtualAccountAsync("Spare");
        await estate.EntitlementAsync(Metered);
        await Stock.BookAsync(host.Installation, [new SkuDraft("JOURNEY-METERED", Lines: [new SkuLineDraft(Metered, 1, LicenseType.Term, 12) { Billing = Billing.Usage }])],
            new BookOrder.Input("SO-METERED", [new OrderLineInput("JOURNEY-METERED", 1, "metered.example", SubscriptionId: "Sub-1")]));
        await using var visit = await VisitAsync(estate);
        var page = visit.Page;
        await page.GotoAsync(Tab(estate, "licenses"));
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = Metered }).Locator("[data-bs-toggle=dropdown]").ClickAsync();
        await page.GetByText("Change Virtual Account Assignment…").ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("Sub-1 (Enabled)");
        await visit.AssertAccessibleAsync();
        await dialog.GetByLabel("DEFAULT").UncheckAsync();
        await dialog.GetByLabel("Spare").CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "OK" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The virtual account assignment was changed.");
        await Expect(page.GetByText("No licenses yet")).ToBeVisibleAsync();
        await page.GotoAsync($"/accounts/metered.example/inventory?va={spare}&tab=licenses");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = Metered })).ToContainTextAsync("Usage");
        visit.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "AL-01")]
    [Trait("Feature", "LI-13")]
    public async Task An_alert_leads_to_its_explanation_and_the_explanation_to_a_remedy()
    {
        var estate = await DeviceEstate.MakeAsync(host.Installation, "shortage.example");
        var license = await estate.EntitlementAsync(Old);
        await estate.DepositAsync(estate.Default, license, 3);
        await estate.DeviceAsync(estate.Default, "alive", null, (license, 3));
        await estate.DeviceAsync(estate.Default, "gone", device => device.LastContactAt = host.Installation.Clock.Now.AddDays(-45), (license, 2));
        await using var visit = await VisitAsync(estate);
        var page = visit.Page;
        await page.GotoAsync("/accounts/shortage.example/alerts");
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Insufficient Licenses" }).GetByRole(AriaRole.Link, new() { Name = "Why, and what helps" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Why is {Old} short?" })).ToBeVisibleAsync();
        await Expect(page.GetByText("3 purchased − 5 in use = −2")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Remove…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("gone");
        await dialog.Locator("[type=submit]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("removed");
        Assert.Equal("3 | 3 | 0", await estate.PoolAsync(estate.Default, license));
        await page.GotoAsync("/accounts/shortage.example/alerts");
        await Expect(page.GetByText("Insufficient Licenses")).Not.ToBeVisibleAsync();
        visit.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "RP-04")]
    public async Task An_operator_adds_licenses_by_hand_and_removes_some()
    {
        var estate = await DeviceEstate.MakeAsync(host.Installation, "helped.example");
        var license = await estate.EntitlementAsync(Old);
        await using var visit = await host.VisitAsync(browser, await host.Installation.People.OperatorAsync());
        var page = visit.Page;
        await page.GotoAsync("/accounts/helped.example/activity");
        await page.GetByRole(AriaRole.Link, new() { Name = "Add License…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await visit.SettledAsync();
        await page.Locator("#field-license-ts-control").FillAsync(Old);
        await page.Locator("#field-license-ts-dropdown").GetByText(Old, new() { Exact = true }).ClickAsync();
        await dialog.GetByLabel("Quantity", new() { Exact = true }).FillAsync("12");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("add-license");
        await dialog.GetByLabel("Notes that say why").FillAsync("Goodwill");
        await dialog.Locator("[type=submit]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("12 licenses were added.");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Goodwill" });
        await row.Locator("[data-bs-toggle=dropdown]").ClickAsync();
        await page.GetByText("Remove licenses…").ClickAsync();
        await dialog.GetByLabel("Quantity", new() { Exact = true }).FillAsync("13");
        await dialog.GetByLabel("Notes that say why").FillAsync("Too many");
        await dialog.Locator("[type=submit]").ClickAsync();
        await Expect(dialog).ToContainTextAsync("12 of the 12 licenses of this line can be removed");
        visit.ForgetComplaints();
        await visit.AssertAccessibleAsync();
        await dialog.GetByLabel("Quantity", new() { Exact = true }).FillAsync("2");
        await dialog.Locator("[type=submit]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("2 licenses were removed.");
        Assert.Equal("10 | 0 | +10", await estate.PoolAsync(estate.Default, license));
        visit.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "RP-01")]
    public async Task A_report_is_run_in_the_browser_and_its_workbook_opens_in_an_office_program()
    {
        var estate = await DeviceEstate.MakeAsync(host.Installation, "reported.example");
        var license = await estate.EntitlementAsync(Old);
        await estate.DepositAsync(estate.Default, license, 1_250);
        await estate.DeviceAsync(estate.Default, "switch-1", null, (license, 7));
        await using var visit = await VisitAsync(estate);
        var page = visit.Page;
        await page.GotoAsync("/accounts/reported.example/reports/licenses");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Our licenses");
        var opened = await page.Context.RunAndWaitForPageAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Run Report" }).ClickAsync());
        await Expect(opened.GetByRole(AriaRole.Row).Filter(new() { HasText = Old })).ToContainTextAsync("1,243");
        var download = await opened.RunAndWaitForDownloadAsync(() => opened.GetByRole(AriaRole.Link, new() { Name = "Export to Excel" }).ClickAsync());
        Assert.Equal("Our licenses 2026-", download.SuggestedFilename[..18]);
        var lines = await Office.OpenAsync(await File.ReadAllBytesAsync(await download.PathAsync(), Stop), Stop);
        Assert.Equal(
            ["Virtual Account,License,Billing,Purchased,Pending,In Use,Reserved,Lent,Borrowed,Balance,Compliance,License Tags", $"DEFAULT,{Old},Prepaid,1250,0,7,0,0,0,1243,In compliance,"], lines);
        visit.AssertNoComplaints();
    }

    private async Task<Visit> VisitAsync(DeviceEstate estate) =>
        await host.VisitAsync(browser, await host.Installation.People.PersonAsync(estate.Account, Role.SmartAccountAdministrator));

    private static string Tab(DeviceEstate estate, string tab) => $"/accounts/{estate.Account.Domain}/inventory?va={estate.Default}&tab={tab}&alerts=none";
}
