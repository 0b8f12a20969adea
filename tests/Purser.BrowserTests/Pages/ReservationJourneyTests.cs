using Microsoft.Playwright;
using Purser.BrowserTests.Support;
using Purser.Protocol.Reservations;
using Purser.Server.Accounts;
using Purser.Server.Audit;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Devices;
using Purser.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>The dialogue between an administrator and a device that never connects: by files and by codes that are typed.</summary>
public sealed class ReservationJourneyTests(Browser browser, PagesHost host)
{
    private const string License = "Vault gateway license";
    private const string Extra = "Vault extra license";

    /// <summary>The device is <c>purser device</c>, at whose console every code is made and installed; the audit is clean after every step.</summary>
    [Theory, Engines]
    [Trait("Feature", "RS-01")]
    public async Task Licenses_are_reserved_raised_lowered_confirmed_and_returned(Engine engine)
    {
        var (installation, address) = await PagesHost.StartServerAsync(engine);
        await using var ends = installation;
        var (estate, license) = await EstateAsync(installation, "vaults.example", new ProductDraft("Vault Gateway") { Pids = "VG-*", Entitlements = [License] });
        using var device = await DeviceAsync(estate, address, "Vault Gateway", "VG-1", "FCWVAULT01");
        var request = await device.RequestAsync();
        await using var visit = await PagesHost.VisitAsync(browser, installation, address, await installation.People.PersonAsync(estate.Account, Role.SmartAccountAdministrator), null);
        var page = visit.Page;
        await page.GotoAsync($"{Inventory(estate)}&tab=licenses");

        // A swapped character is refused; the way goes on with what was typed, and back to it.
        await page.GetByRole(AriaRole.Link, new() { Name = "Reserve Licenses…" }).ClickAsync();
        var code = page.GetByLabel("Reservation Request Code");
        await code.FillAsync(request.Replace("FCWVAULT01", "FCWVUALT01", StringComparison.Ordinal));
        await NextAsync(page);
        await Expect(page.Locator("#field-requestCode-error")).ToContainTextAsync("is wrong, or two are swapped");
        visit.ForgetComplaints();
        await visit.AssertAccessibleAsync();
        await code.FillAsync(request);
        await NextAsync(page);
        await visit.AssertAccessibleAsync();
        await page.GetByText($"Multiple terms of {License}").ClickAsync();
        var total = page.GetByLabel($"Number of {License} to reserve", new() { Exact = true });
        await page.GetByLabel($"Number of {License}, perpetual").FillAsync("3");
        await page.GetByLabel($"Number of {License}, until").FillAsync("2");
        await Expect(total).ToHaveValueAsync("5");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("reserve-select");
        await NextAsync(page);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Reserved licenses" })).ToContainTextAsync("3: Never");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("reserve-review");
        await page.GetByRole(AriaRole.Button, new() { Name = "Back" }).ClickAsync();
        await Expect(total).ToHaveValueAsync("5");
        Assert.Equal("12 | 0 | +12", await estate.PoolAsync(estate.Default, license));
        await NextAsync(page);
        await GenerateAsync(page, "the licenses are reserved");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("authorization-code", fullPage: true);
        var first = await InstallAsync(page, device);
        Assert.Contains("5 in use, AUTHORIZED - RESERVED", await device.RunAsync("feature", "request", (await estate.CatalogAsync()).FindEntitlement(License)!.Tag, "5"), StringComparison.Ordinal);
        await AssertBooksAsync(estate, license, "12 | 0 | +7");

        // Raised: the pool gives more at once.
        await page.GotoAsync($"{Inventory(estate)}&tab=devices");
        await ChooseAsync(page, "Update Reserved Licenses…");
        await total.FillAsync("8");
        await NextAsync(page);
        await GenerateAsync(page, "update");
        var second = await InstallAsync(page, device);
        await AssertBooksAsync(estate, license, "12 | 0 | +4");

        // The next update waits for the confirmation code of this one.
        await page.GotoAsync($"{Inventory(estate)}&tab=devices");
        await ChooseAsync(page, "Update Reserved Licenses…");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Previous Update Still Pending");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("update-pending");
        await page.GetByRole(AriaRole.Link, new() { Name = "Enter Confirmation Code" }).ClickAsync();
        await ConfirmAsync(page, first);
        await Expect(page.Locator("#field-confirmationCode-error")).ToContainTextAsync("authorization before");
        visit.ForgetComplaints();
        await ConfirmAsync(page, second);
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("complete");
        await AssertBooksAsync(estate, license, "12 | 0 | +4");

        // Lowered: in transition until the confirmation code is entered.
        await page.GotoAsync($"{Inventory(estate)}&tab=devices");
        await ChooseAsync(page, "Update Reserved Licenses…");
        await total.FillAsync("1");
        await NextAsync(page);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("7 licenses are given back");
        await visit.AssertAccessibleAsync();
        await GenerateAsync(page, "update");
        var third = await InstallAsync(page, device);
        await AssertBooksAsync(estate, license, "12 | 0 | +4");
        await page.GotoAsync($"{Inventory(estate)}&tab=licenses");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = License })).ToContainTextAsync("in transition");
        await page.GotoAsync($"{Inventory(estate)}&tab=devices");
        await ChooseAsync(page, "Enter Confirmation Code…");
        await ConfirmAsync(page, third);
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("complete");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("device-reservation");
        await AssertBooksAsync(estate, license, "12 | 0 | +11");

        await page.GotoAsync($"{Inventory(estate)}&tab=devices");
        await ChooseAsync(page, "Remove…");
        await page.GetByLabel("Reservation Return Code").FillAsync(await device.ReturnAsync());
        await visit.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Product Instance" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("was removed");
        await AssertBooksAsync(estate, license, "12 | 0 | +12");
        await Expect(page.GetByText("No product instances yet")).ToBeVisibleAsync();
        Assert.Contains("Status: UNREGISTERED", await device.RunAsync("show", "license", "status"), StringComparison.Ordinal);
        visit.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "RS-05")]
    public async Task A_failed_product_is_rehosted_and_its_alert_reset()
    {
        var (estate, _) = await EstateAsync(host.Installation, "spares.example", new ProductDraft("Vault Branch") { Pids = "VB-*", Entitlements = [License, Extra], Includes = [new IncludedDraft(Extra, 4)] });
        using var failed = await DeviceAsync(estate, host.Address, "Vault Branch", "VB-1", "FCWSPARE01");
        using var replacement = await DeviceAsync(estate, host.Address, "Vault Branch", "VB-1", "FCWSPARE02");
        await using var visit = await host.VisitAsync(browser, await host.Installation.People.PersonAsync(estate.Account, Role.SmartAccountAdministrator), new(400));
        var page = visit.Page;
        await page.GotoAsync($"/accounts/{estate.Account.Domain}/inventory/{estate.Default}/reserve");
        await page.GetByLabel("Or upload it as a text file").SetInputFilesAsync(new FilePayload { Name = "request.txt", MimeType = "text/plain", Buffer = System.Text.Encoding.UTF8.GetBytes(await failed.RequestAsync() + "\r\n") });
        await NextAsync(page);
        await page.GetByLabel($"Number of {Extra} to add to the inventory").FillAsync("4");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("reserve-add-400");
        await NextAsync(page);
        await page.GetByLabel($"Number of {Extra} to reserve").FillAsync("3");
        await page.GetByLabel($"Number of {License} to reserve", new() { Exact = true }).FillAsync("2");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("reserve-select-400", fullPage: true);
        await NextAsync(page);
        await Expect(page.GetByText("Licenses to be Added to Inventory")).ToBeVisibleAsync();
        await visit.ScreenshotAsync("reserve-review-400", fullPage: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate Authorization Code" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Printable Sheet" })).ToBeVisibleAsync();
        await visit.ScreenshotAsync("authorization-code-400", fullPage: true);
        await page.GetByRole(AriaRole.Link, new() { Name = "Printable Sheet" }).ClickAsync();
        await Expect(page.GetByText("AuthorizationCode_SN_FCWSPARE01.txt")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("authorization-sheet-400", fullPage: true);

        await page.GotoAsync($"{Inventory(estate)}&tab=devices");
        await ChooseAsync(page, "Rehost Licenses from a Failed Product…");
        await page.GetByLabel("Reservation Request Code of the replacement").FillAsync(await replacement.RequestAsync());
        await NextAsync(page);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("are copied to the replacement product");
        await visit.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate Authorization Code" }).ClickAsync();
        await Expect(page.GetByText("Return the failed product")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await page.GotoAsync($"{Inventory(estate)}&tab=devices&alert=PendingRemoval");
        await ChooseAsync(page, "Reset Alert", AriaRole.Button);
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("The alert was reset");
        visit.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "RS-07")]
    public async Task A_universal_code_is_carried_on_paper()
    {
        var (estate, _) = await EstateAsync(host.Installation, "paper.example", new ProductDraft("Vault Paper") { Pids = "VP-*", Entitlements = [License] });
        using var device = await DeviceAsync(estate, host.Address, "Vault Paper", "VP-1", "FCWPAPER01");
        await using var visit = await host.VisitAsync(browser, await host.Installation.People.PersonAsync(estate.Account, Role.SmartAccountAdministrator), new(1280, Dark: true));
        var page = visit.Page;
        await page.GotoAsync($"/accounts/{estate.Account.Domain}/inventory/{estate.Default}/reserve");
        await page.GetByLabel("Reservation Request Code").FillAsync(await device.RequestAsync());
        await page.GetByLabel("Reservation", new() { Exact = true }).SelectOptionAsync("Universal");
        await visit.ScreenshotAsync("reserve-code-dark");
        await NextAsync(page);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("no quantity is taken");
        await visit.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate Authorization Code" }).ClickAsync();
        var code = await page.Locator("#authorization").TextContentAsync() ?? "";
        Assert.True(UniversalAuthorization.Read(code).IsOk);
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("universal-code-dark");
        await page.GetByRole(AriaRole.Link, new() { Name = "Printable Sheet" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "The authorization code" })).ToBeVisibleAsync();
        Assert.Equal(code, string.Join('-', await page.Locator(".code-groups > li").AllTextContentsAsync()));
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("universal-sheet-dark", fullPage: true);
        await device.InstallTypedAsync(code);
        Assert.Contains("UNIVERSAL LICENSE RESERVATION", await device.RunAsync("show", "license", "summary"), StringComparison.Ordinal);
        visit.AssertNoComplaints();
    }

    /// <summary>Ten perpetual licenses and two of a term, in an account in which reservation is enabled.</summary>
    private static async Task<(DeviceEstate Estate, long License)> EstateAsync(TestInstallation installation, string domain, ProductDraft product)
    {
        var estate = await DeviceEstate.MakeAsync(installation, domain);
        var license = await estate.EntitlementAsync(License);
        await estate.EntitlementAsync(Extra);
        var draft = new CatalogDraft { Products = [product] };
        Assert.True((await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, draft)).IsOk);
        await estate.DepositAsync(estate.Default, license, 10);
        await estate.DepositAsync(estate.Default, license, 2, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2036, 12, 31), DayZone.Utc));
        var input = new EditAccount.Input { SpecificReservation = true, UniversalReservation = true };
        var enabled = await installation.Get<EditAccount>().HandleAsync(new Command(EditAccount.Name, Actor.System, input) { Accounts = [estate.Account.Id] }, input);
        Assert.True(enabled.IsOk, enabled.Refusal?.Detail);
        return (estate, license);
    }

    private static async Task<DeviceProcess> DeviceAsync(DeviceEstate estate, string address, string product, string pid, string serialNumber) =>
        await DeviceProcess.StartAsync(address, (await estate.CatalogAsync()).FindProduct(product)!.Tag, pid, serialNumber);

    private static async Task GenerateAsync(IPage page, string announced)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Generate Authorization Code" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync(announced);
    }

    /// <returns>The confirmation code that the device prints.</returns>
    private static async Task<string> InstallAsync(IPage page, DeviceProcess device) =>
        await device.InstallAsync(await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download as File" }).ClickAsync()));

    private static async Task ConfirmAsync(IPage page, string code)
    {
        await page.GetByLabel("Reservation Confirmation Code").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "OK" }).ClickAsync();
    }

    private static async Task AssertBooksAsync(DeviceEstate estate, long license, string expected)
    {
        Assert.Equal(expected, await estate.PoolAsync(estate.Default, license));
        var report = await estate.Installation.Get<AuditBook>().HandleAsync(TestContext.Current.CancellationToken);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }

    private static Task NextAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();

    /// <summary>From the menu of the one row.</summary>
    private static async Task ChooseAsync(IPage page, string action, AriaRole role = AriaRole.Link)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for" }).First.ClickAsync();
        await page.GetByRole(role, new() { Name = action }).ClickAsync();
    }

    private static string Inventory(DeviceEstate estate) => $"/accounts/{estate.Account.Domain}/inventory?va={estate.Default}&alerts=none";
}
