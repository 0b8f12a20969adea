using System.Globalization;
using Microsoft.Playwright;
using Purser.BrowserTests.Support;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Tests.Accounts;
using Purser.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>How people come in: invited, asking for access, through a user group of another Smart Account.</summary>
public sealed class PeopleJourneyTests(Browser browser, PagesHost host)
{
    private const string Password = "a long enough pass phrase";

    [Fact]
    [Trait("Feature", "SA-07")]
    public async Task Somebody_is_invited_accepts_and_sees_her_virtual_account_only()
    {
        await using var visit = await host.VisitAsync(browser, host.Estate.Administrator);
        var page = visit.Page;
        await page.GotoAsync($"{host.Estate.Root}/people");
        await page.GetByRole(AriaRole.Link, new() { Name = "Add person" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("E-mail address").FillAsync("ingrid@aurora-logistics.example");
        await page.Locator("#field-displayName").FillAsync("Ingrid Invited");
        await dialog.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync(nameof(Role.VirtualAccountUser));
        await ChooseAsync(visit, "virtualAccountId", host.Estate.Oslo);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add person" }).ClickAsync();
        await Expect(page.GetByText("ingrid@aurora-logistics.example has the role")).ToBeVisibleAsync();
        var link = await host.Installation.People.PasswordLinkAsync("ingrid@aurora-logistics.example");
        visit.AssertNoComplaints();

        await using var hers = await browser.VisitAsync(host.Address);
        await hers.Page.GotoAsync(link);
        await hers.Page.GetByLabel("New password").FillAsync(Password);
        await hers.Page.GetByRole(AriaRole.Button, new() { Name = "Set password and sign in" }).ClickAsync();
        await Expect(hers.Page.GetByText("Your password is set.")).ToBeVisibleAsync();
        await hers.Page.GotoAsync($"{host.Estate.Root}/virtual-accounts");
        await Expect(hers.Page.GetByRole(AriaRole.Rowheader, new() { Name = "Oslo" })).ToBeVisibleAsync();
        await Expect(hers.Page.GetByText("Stockholm")).ToHaveCountAsync(0);
        await Expect(hers.Page.GetByRole(AriaRole.Link, new() { Name = "People" })).ToHaveCountAsync(0);
        await hers.ScreenshotAsync("limited-view");
        hers.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "SA-10")]
    public async Task Access_requests_are_approved_with_role_then_scope_and_declined()
    {
        var second = await new RequestWorld(host.Installation).PersonAsync("berit@aurora-logistics.example");
        var first = await new RequestWorld(host.Installation).PersonAsync("arne@aurora-logistics.example");
        await AskAsync(second);
        await AskAsync(first);
        await using var visit = await host.VisitAsync(browser, host.Estate.Administrator);
        var page = visit.Page;
        await page.GotoAsync($"{host.Estate.Root}/access-requests");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Access requests 2 waiting" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "arne", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("I count pallets")).ToBeVisibleAsync();

        // No virtual accounts before there is a role.
        await Expect(dialog.GetByText("Virtual accounts")).ToHaveCountAsync(0);
        await dialog.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync(nameof(Role.VirtualAccountViewer));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await ChooseAsync(visit, "virtualAccountIds", host.Estate.Stockholm);
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("approve-access");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(page.GetByText("Virtual Account Viewer in Stockholm and below")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for berit" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Decline…" }).ClickAsync();
        await dialog.GetByLabel("Reason").FillAsync("You are not with us any more");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Decline request" }).ClickAsync();
        await Expect(page.GetByText("You are not with us any more")).ToBeVisibleAsync();
        await visit.ScreenshotAsync("access-requests");
        visit.AssertNoComplaints();

        var people = host.Installation.People;
        Assert.True((await people.ActorAsync(first.Id)).May(Permission.LicenseView, host.Estate.Account.Id, host.Estate.Stockholm));
        Assert.Empty((await people.ActorAsync(second.Id)).Grants);

        // Each reads the answer.
        await using var hers = await host.VisitAsync(browser, second);
        await hers.Page.GotoAsync("/accounts");
        await Expect(hers.Page.GetByRole(AriaRole.Table, new() { Name = "Requested access" })).ToContainTextAsync("You are not with us any more");
        await using var his = await host.VisitAsync(browser, first);
        await his.Page.GotoAsync($"{host.Estate.Root}/virtual-accounts");
        await Expect(his.Page.GetByRole(AriaRole.Rowheader, new() { Name = "Stockholm" })).ToBeVisibleAsync();
        await Expect(his.Page.GetByText("Oslo")).ToHaveCountAsync(0);
        his.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "SA-09")]
    public async Task A_group_of_one_account_works_in_another_one_that_lets_it_in()
    {
        await using var visit = await host.VisitAsync(browser, host.Estate.NewAdministrator);
        var page = visit.Page;
        var partner = $"/accounts/{host.Estate.NewAccount.Domain}";
        await page.GotoAsync($"{partner}/groups");
        await page.GetByRole(AriaRole.Link, new() { Name = "New user group" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Field engineers");
        await dialog.GetByLabel("Members").FillAsync("eva@borealis-shipping.example, finn@borealis-shipping.example");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save user group" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Other Smart Accounts" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Request access" }).ClickAsync();
        await dialog.GetByLabel("Account domain identifier").FillAsync(host.Estate.Account.Domain);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Request access" }).ClickAsync();
        var lookup = (await page.Locator("[id^=lookup-]").First.InnerTextAsync()).Trim();
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("group-accounts");
        visit.AssertNoComplaints();

        await using var other = await host.VisitAsync(browser, host.Estate.Administrator);
        await other.Page.GotoAsync($"{host.Estate.Root}/groups/external?lookup={lookup}");
        await Expect(other.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Field engineers");
        await other.Page.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync(nameof(Role.VirtualAccountUser));
        await ChooseAsync(other, "virtualAccountIds", host.Estate.Oslo);
        await other.Page.GetByRole(AriaRole.Button, new() { Name = "Grant access" }).ClickAsync();
        await Expect(other.Page.GetByText("Has access", new() { Exact = true })).ToBeVisibleAsync();
        await other.ScreenshotAsync("external-groups");
        await other.Page.GotoAsync($"{host.Estate.Root}/people?through=Groups");
        await Expect(other.Page.GetByText("through the group Field engineers").First).ToBeVisibleAsync();
        other.AssertNoComplaints();

        // A member works in the other account, in what it gave and nowhere else.
        await using var member = await host.VisitAsync(browser, await new RequestWorld(host.Installation).PersonAsync("eva@borealis-shipping.example"));
        await member.Page.GotoAsync("/accounts");
        await member.Page.GetByRole(AriaRole.Table).GetByRole(AriaRole.Link, new() { Name = "The aurora-logistics.example company", Exact = true }).ClickAsync();
        await member.Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Virtual accounts" }).ClickAsync();
        await Expect(member.Page.GetByRole(AriaRole.Rowheader, new() { Name = "Oslo" })).ToBeVisibleAsync();
        await Expect(member.Page.GetByText("Stockholm")).ToHaveCountAsync(0);
        member.AssertNoComplaints();
    }

    /// <summary>From a side bar that leads to accounts, for there is none of hers yet, over her company's account to the request.</summary>
    private async Task AskAsync(Actor person)
    {
        await using var visit = await host.VisitAsync(browser, person);
        var page = visit.Page;
        await page.GotoAsync("/accounts");
        await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Find a Smart Account" }).ClickAsync();
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = host.Estate.Account.Domain }).GetByRole(AriaRole.Link, new() { Name = "Request access…" }).ClickAsync();
        await page.GetByLabel("Note to the administrators").FillAsync("I count pallets");
        await visit.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Request access" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("were asked to give you access");
        await visit.ScreenshotAsync("access-requested");
        visit.AssertNoComplaints();
    }

    private static Task ChooseAsync(Visit visit, string field, long id) =>
        visit.Page.Locator($"[name={field}]").EvaluateAsync("(select, value) => select.tomselect.setValue([value])", id.ToString(CultureInfo.InvariantCulture));
}
