using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Purser.BrowserTests.Support;
using Purser.Server.Mail;
using Purser.Tests.Accounts;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>How a company gets its Smart Account: requested by one person, approved by another who was never here, with the first token at the end.</summary>
public sealed partial class RequestJourneyTests(Browser browser, PagesHost host)
{
    private const string Password = "a long enough pass phrase";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Feature", "SA-01")]
    public async Task From_the_request_over_the_approval_to_the_first_token()
    {
        var bob = await new RequestWorld(host.Installation).PersonAsync("bob@meadow.example");
        await using var visit = await host.VisitAsync(browser, bob);
        var page = visit.Page;
        await page.GotoAsync("/accounts");
        await page.GetByRole(AriaRole.Link, new() { Name = "Request a Smart Account" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Who authorizes the activation?").SelectOptionAsync("Approver");
        await dialog.GetByLabel("Account name").FillAsync("Meadow Dairies");
        await dialog.GetByLabel("Approver's e-mail address").FillAsync("mara@meadow.example");
        await visit.AssertAccessibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Submit request" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("A mail was written to mara@meadow.example");
        await Expect(page.GetByText("Pending: waits for the approver")).ToBeVisibleAsync();

        // Not for whom it was forwarded to.
        var mail = await MailAsync("mara@meadow.example");
        var approve = Link(mail, "/account-requests/approve");
        await page.GotoAsync(approve);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("only that person can use it. You are signed in as bob.");
        visit.AssertNoComplaints();

        await using var other = await browser.VisitAsync(host.Address);
        await ApproveAsync(other, Link(mail, "/set-password"), approve);
        await MakeTokenAsync(other.Page);
        other.AssertNoComplaints();
    }

    private static async Task ApproveAsync(Visit visit, string setPassword, string approve)
    {
        var page = visit.Page;
        await page.GotoAsync(setPassword);
        await page.GetByLabel("New password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set password and sign in" }).ClickAsync();
        await Expect(page.GetByText("Open the link in the mail that was sent to you.")).ToBeVisibleAsync();
        await page.GotoAsync(approve);
        await page.GetByLabel("Headquarters").FillAsync("1 Meadow Lane");
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("approve-account");
        var second = await page.Context.NewPageAsync();
        await second.GotoAsync(approve);
        await page.GetByRole(AriaRole.Button, new() { Name = "Activate Smart Account" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The Smart Account Meadow Dairies is active.");
        await Expect(page.GetByText("Make virtual accounts")).ToBeVisibleAsync();
        await page.GotoAsync("/accounts/meadow.example/properties");
        await Expect(page.GetByText("1 Meadow Lane")).ToBeVisibleAsync();

        // Another window with the same link says why it can do nothing any more.
        await second.GetByRole(AriaRole.Button, new() { Name = "Activate Smart Account" }).ClickAsync();
        await Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("This link has been used");
    }

    private static async Task MakeTokenAsync(IPage page)
    {
        await page.GotoAsync("/accounts/meadow.example/inventory?tab=general");
        await page.GetByRole(AriaRole.Link, new() { Name = "New Token…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Description").FillAsync("The first devices");
        await dialog.GetByLabel("I agree to these terms").CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create Token" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Complementary, new() { Name = "Registration token" })).ToContainTextAsync("A device that registers with it now joins");
    }

    /// <summary>What the operator would pass on: no mail server is set here.</summary>
    private async Task<string> MailAsync(string recipient)
    {
        await using var db = host.Installation.Database.Read();
        var id = await db.Mails.Where(row => row.Recipient == recipient).OrderByDescending(row => row.Id).Select(row => row.Id).FirstAsync(Stop);
        return (await host.Installation.Get<ListMail>().FindAsync(id, Stop))!.Text!;
    }

    /// <summary>The link to this path, without the host.</summary>
    private static string Link(string mail, string path) =>
        Address().Matches(mail).Select(match => new Uri(match.Value).PathAndQuery).Single(link => link.StartsWith(path, StringComparison.Ordinal));

    [GeneratedRegex(@"http\S+", RegexOptions.None, 1000)]
    private static partial Regex Address();
}
