using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Purser.Agent;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;
using Purser.BrowserTests.Support;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Devices;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>What a license administrator does on an ordinary day, with a real device at the other end.</summary>
public sealed class JourneyTests(Browser browser, PagesHost host)
{
    private const string License = "Journey switch license";
    private const string Password = "a long enough pass phrase";

    [Fact]
    [Trait("Feature", "TK-03")]
    [Trait("Feature", "LI-05")]
    [Trait("Feature", "LI-13")]
    public async Task From_a_token_over_a_shortage_back_to_compliance()
    {
        var estate = await DeviceEstate.MakeAsync(host.Installation, "journey.example");
        var spare = await estate.VirtualAccountAsync("Spare");
        var license = await estate.EntitlementAsync(License);
        await estate.DepositAsync(estate.Default, license, 2);
        await estate.DepositAsync(spare, license, 5);
        var email = await AdministratorAsync(estate);

        await using var visit = await browser.VisitAsync(host.Address);
        var page = visit.Page;
        await SignInAsync(page, $"/accounts/journey.example/inventory?va={estate.Default}&tab=general", email);
        var token = await MakeTokenAsync(page);

        // The browser reports the form that was refused on purpose.
        visit.ForgetComplaints();

        using var device = await DeviceAsync();
        Assert.True((await device.RegisterAsync(token, cancel: Stop)).IsDone);
        var tag = (await host.Installation.Get<CatalogCache>().CurrentAsync(Stop)).FindEntitlement(license)!.Tag;
        Assert.True((await device.RequestAsync(tag, 2, Stop)).IsDone);
        await page.GetByRole(AriaRole.Link, new() { Name = "Close details" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Licenses" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = License });
        await Expect(row.GetByLabel("2 purchased − 2 in use = 0")).ToBeVisibleAsync();

        // Three more than there are.
        Assert.True((await device.RequestAsync(tag, 3, Stop)).IsDone);
        await page.ReloadAsync();
        await row.GetByRole(AriaRole.Link, new() { Name = "Insufficient Licenses" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Why is {License} short?" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Transfer 3…" }).ClickAsync();
        await TransferAsync(page);

        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync($"3 {License} licenses were transferred from “Spare”");
        await Expect(row.GetByLabel("5 purchased − 5 in use = 0")).ToBeVisibleAsync();
        await page.GotoAsync("/accounts/journey.example/alerts");
        await Expect(page.GetByText("Nothing needs your attention")).ToBeVisibleAsync();
        visit.AssertNoComplaints();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task SignInAsync(IPage page, string wanted, string email)
    {
        await page.GotoAsync(wanted);
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Inventory" })).ToBeVisibleAsync();
    }

    private static async Task<string> MakeTokenAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "New Token…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Description").FillAsync("Devices of the journey");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Create Token" })).ToBeDisabledAsync();
        await dialog.GetByLabel("I agree to these terms").CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create Token" }).ClickAsync();
        var drawer = page.GetByRole(AriaRole.Complementary, new() { Name = "Registration token" });
        await Expect(drawer).ToContainTextAsync("A device that registers with it now joins the virtual account");
        return await drawer.Locator("#token-text").InnerTextAsync();
    }

    private static async Task TransferAsync(IPage page)
    {
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByLabel($"Number of {License}, perpetual, to transfer")).ToHaveValueAsync("3");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Show Preview" }).ClickAsync();
        await Expect(dialog.GetByText("From Spare")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Hide Preview" }).ClickAsync();
        await Expect(dialog.GetByLabel($"Number of {License}, perpetual, to transfer")).ToHaveValueAsync("3");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Transfer", Exact = true }).ClickAsync();
    }

    private async Task<string> AdministratorAsync(DeviceEstate estate)
    {
        var person = await host.Installation.People.PersonAsync(estate.Account, Role.SmartAccountAdministrator);
        await using var scope = host.Installation.Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var row = (await people.FindByIdAsync(person.Id.ToString(CultureInfo.InvariantCulture)))!;
        Assert.True((await people.AddPasswordAsync(row, Password)).Succeeded);
        return row.Email!;
    }

    private async Task<LicensingAgent> DeviceAsync()
    {
        var store = new FileTrustedStore(Path.Combine(host.Installation.DataDirectory, "journey-device.json"));
        var product = (await host.Installation.Get<CatalogCache>().CurrentAsync(Stop)).FindProduct(DeviceEstate.Product)!;
        store.Save(DeviceSetup.Make(new DeviceDescription { SoftwareTag = product.Tag, Pid = "NW-9300-48", Sn = "JOURNEY0001", Hostname = "journey-1" }) with
        {
            Transport = new TransportSettings { SmartUrl = $"{host.Address}/licservice/license" },
        });
        return new LicensingAgent(store, new AuthorityLink(TimeProvider.System), new DeviceClock(host.Installation.Clock), RandomNumberGenerator.Create());
    }

    private sealed class DeviceClock(DomainClock clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.Now;
    }
}
