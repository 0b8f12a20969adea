using Microsoft.Playwright;
using Purser.BrowserTests.Support;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Tests.Devices;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>What an administrator does in the license table: transfers what she looked at first and takes it back, finds one license transaction and moves it, gives tags to many.</summary>
public sealed class LicenseJourneyTests(Browser browser, PagesHost host)
{
    private const string Switch = "Core switch license";
    private const string Router = "Edge router license";

    [Fact]
    [Trait("Feature", "LI-05")]
    public async Task A_transfer_is_previewed_done_and_undone()
    {
        var estate = await DeviceEstate.MakeAsync(host.Installation, "transfers.example");
        await estate.VirtualAccountAsync("Spare");
        var license = await estate.EntitlementAsync(Switch);
        await estate.DepositAsync(estate.Default, license, 10);
        await estate.DeviceAsync(estate.Default, "switch-1", null, (license, 6));
        await using var visit = await VisitAsync(estate);
        var page = visit.Page;
        await page.GotoAsync(Table(estate));
        await page.GetByLabel($"Select: {Switch}").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Transfer Between Virtual Accounts…" }).ClickAsync();
        await ChooseAsync(visit, "#field-other", "Spare");
        var number = page.GetByLabel($"Number of {Switch}, perpetual, to transfer");

        // More than are free: refused with the figures, and what was typed stays.
        await number.FillAsync("5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show Preview" }).ClickAsync();
        await Expect(page.Locator("#transfer").GetByRole(AriaRole.Alert)).ToContainTextAsync($"5 {Switch} cannot be transferred, 4 can.");
        await Expect(number).ToHaveValueAsync("5");
        visit.ForgetComplaints();
        await number.FillAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show Preview" }).ClickAsync();
        var giver = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "From DEFAULT" });
        await Expect(giver).ToContainTextAsync("10 → 7");
        await Expect(giver).ToContainTextAsync("+4 → +1");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("transfer-preview");
        await page.GetByRole(AriaRole.Button, new() { Name = "Transfer", Exact = true }).ClickAsync();

        await page.GetByRole(AriaRole.Status).GetByRole(AriaRole.Link, new() { Name = "Undo…" }).ClickAsync();
        await visit.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo transfer" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The transfer was undone.");
        Assert.Equal("10 | 6 | +4", await estate.PoolAsync(estate.Default, license));
        visit.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "LI-05")]
    [Trait("Feature", "LI-07")]
    public async Task One_license_transaction_is_found_by_its_order_and_transferred()
    {
        var estate = await DeviceEstate.MakeAsync(host.Installation, "lines.example");
        var spare = await estate.VirtualAccountAsync("Spare");
        var license = await estate.EntitlementAsync(Router);
        await Stock.BookAsync(host.Installation, "lines.example", Router, "SO-LINES-1", "PO-BLUE", 4);
        await Stock.BookAsync(host.Installation, "lines.example", Router, "SO-LINES-2", "PO-RED", 6);
        await using var visit = await VisitAsync(estate);
        var page = visit.Page;
        await page.GotoAsync(Table(estate));
        await page.GetByRole(AriaRole.Switch, new() { Name = "Show License Transactions" }).ClickAsync();
        await page.GetByText("Advanced Search").ClickAsync();
        await page.GetByLabel("PO Number").FillAsync("PO-RED");
        await visit.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        var orders = page.GetByRole(AriaRole.Region, new() { Name = "Source: Order" });
        await Expect(orders).ToContainTextAsync("SO-LINES-2");
        await Expect(orders).Not.ToContainTextAsync("SO-LINES-1");
        await visit.ScreenshotAsync("advanced-search");

        await orders.GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Transfer Between Virtual Accounts…" }).ClickAsync();
        await ChooseAsync(visit, "#field-other", "Spare");
        await page.GetByLabel($"Number of {Router}, perpetual, to transfer").FillAsync("2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Transfer", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync($"2 {Router} licenses were transferred from “DEFAULT” to “Spare”.");

        // The other order is whole.
        await page.GotoAsync($"/accounts/lines.example/inventory/{estate.Default}/licenses/{license}/transactions?order=SO-LINES-1");
        await Expect(orders.GetByRole(AriaRole.Row).Filter(new() { HasText = "SO-LINES-1" }).GetByRole(AriaRole.Cell).Filter(new() { HasTextString = "4" })).ToBeVisibleAsync();
        Assert.Equal("2 | 0 | +2", await estate.PoolAsync(spare, license));
        visit.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "LI-06")]
    public async Task Many_licenses_get_tags_at_once_and_are_found_by_them()
    {
        var estate = await DeviceEstate.MakeAsync(host.Installation, "labels.example");
        foreach (var name in new[] { Switch, Router, "Untouched license" })
        {
            await estate.DepositAsync(estate.Default, await estate.EntitlementAsync(name), 1);
        }

        await using var visit = await VisitAsync(estate);
        var page = visit.Page;
        await page.GotoAsync(Table(estate));
        await ChooseBothAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add Tags…" }).ClickAsync();
        await page.GetByLabel("New tags").FillAsync("Branch, core, CORE");
        await visit.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("2 licenses were tagged: Branch, core.");

        await page.GotoAsync(Table(estate) + "&tag=branch");
        var table = page.GetByRole(AriaRole.Table);
        await Expect(table).ToContainTextAsync(Router);
        await Expect(table).Not.ToContainTextAsync("Untouched license");
        await visit.ScreenshotAsync("licenses-by-tag");
        await ChooseBothAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Tags…" }).ClickAsync();
        await page.GetByLabel("core on 2 of them").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Tags removed from 2 licenses: core.");
        await page.GetByRole(AriaRole.Link, new() { Name = "Manage Tags" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Row).Filter(new() { HasText = "Branch" })).ToContainTextAsync("2 licenses, 0 license transactions");
        await visit.AssertAccessibleAsync();
        visit.AssertNoComplaints();
    }

    private static async Task ChooseBothAsync(IPage page)
    {
        await page.GetByLabel($"Select: {Switch}").CheckAsync();
        await page.GetByLabel($"Select: {Router}").CheckAsync();
    }

    /// <summary>As a person chooses: opens the list, types, takes what is found. The form follows by itself.</summary>
    private static async Task ChooseAsync(Visit visit, string select, string text)
    {
        await visit.SettledAsync();
        await visit.Page.Locator($"{select}-ts-control").FillAsync(text);
        await visit.Page.Locator($"{select}-ts-dropdown").GetByText(text, new() { Exact = true }).ClickAsync();
        await visit.SettledAsync();
    }

    private async Task<Visit> VisitAsync(DeviceEstate estate) =>
        await host.VisitAsync(browser, await host.Installation.People.PersonAsync(estate.Account, Role.SmartAccountAdministrator));

    private static string Table(DeviceEstate estate) => $"/accounts/{estate.Account.Domain}/inventory?va={estate.Default}&tab=licenses&alerts=none";
}
