using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Purser.BrowserTests.Support;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.People.SignIn.SecondFactor;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>How people come in: a password of their own, a code of an app, a recovery code, a passkey.</summary>
public sealed partial class SignInJourneyTests(Browser browser, PagesHost host)
{
    private const string Password = "a long enough pass phrase";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Feature", "AP-04")]
    public async Task A_passkey_is_made_and_opens_the_account_without_a_password()
    {
        await using var visit = await ComeInAsync("passkey@aurora-logistics.example");
        var page = visit.Page;
        await using var authenticator = await AuthenticatorAsync(page);
        await page.GotoAsync("/me");
        await page.GetByRole(AriaRole.Link, new() { Name = "Add a passkey" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name").FillAsync("Office laptop");
        await visit.AssertAccessibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add passkey" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Passkeys" })).ToContainTextAsync("Office laptop");
        await visit.ScreenshotAsync("passkeys");

        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/sign-in?returnUrl=%2Fme");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await page.WaitForURLAsync("**/me");
        visit.AssertNoComplaints();
    }

    [Fact]
    [Trait("Feature", "AP-04")]
    public async Task A_code_of_an_app_is_asked_for_after_the_password_and_a_recovery_code_helps()
    {
        const string email = "codes@aurora-logistics.example";
        await using var visit = await ComeInAsync(email);
        var page = visit.Page;
        await page.GotoAsync("/me/second-factor");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up an app" }).ClickAsync();
        var key = BytesOf(await page.Locator("#authenticator-key").InnerTextAsync());
        await visit.AssertAccessibleAsync();
        await visit.ScreenshotAsync("second-factor-offer");
        var step = OneTimeCode.StepAt(TimeProvider.System.GetUtcNow());
        await page.GetByLabel("Code").FillAsync(OneTimeCode.At(key, step));
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "I have kept them" })).ToBeVisibleAsync();
        await visit.ScreenshotAsync("recovery-codes");
        var recovery = RecoveryCode().Match(await page.Locator("#second-factor").InnerTextAsync()).Value;
        Assert.NotEqual("", recovery);

        // The code of this step was used; that of the next one is taken early, as clocks differ.
        foreach (var code in new[] { OneTimeCode.At(key, step + 1), recovery })
        {
            await page.Context.ClearCookiesAsync();
            await page.GotoAsync("/sign-in?returnUrl=%2Fme");
            await page.GetByLabel("E-mail address").FillAsync(email);
            await page.GetByLabel("Password").FillAsync(Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
            await page.GetByLabel("Code").FillAsync(code);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
            await page.WaitForURLAsync("**/me");
        }

        await Expect(page.GetByText("9 recovery codes are left.")).ToBeVisibleAsync();
        visit.AssertNoComplaints();
    }

    /// <summary>A new person opens her link and chooses a password.</summary>
    private async Task<Visit> ComeInAsync(string email)
    {
        var input = new AddPerson.Input(email, Role.SmartAccountUser) { DisplayName = "Robin" };
        var command = new Command(AddPerson.Name, Actor.System, input) { Accounts = [host.Estate.Account.Id] };
        var added = (await host.Installation.Get<AddPerson>().HandleAsync(command, input, Stop)).Value;
        var visit = await browser.VisitAsync(host.Address);
        await visit.Page.GotoAsync(added.SetPasswordPath!);
        await visit.Page.GetByLabel("New password").FillAsync(Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Set password and sign in" }).ClickAsync();
        await Expect(visit.Page.GetByText("Your password is set.")).ToBeVisibleAsync();
        return visit;
    }

    /// <summary>A security key inside the browser that always says yes.</summary>
    private static async Task<IAsyncDisposable> AuthenticatorAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true,
                ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        return new Detach(session);
    }

    /// <summary>Back from the letters and digits that a person would type (RFC 4648 6).</summary>
    private static byte[] BytesOf(string base32)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(base32.Where(alphabet.Contains).Select(letter => Convert.ToString(alphabet.IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(chunk => chunk.Length == 8).Select(chunk => Convert.ToByte(new string(chunk), 2))];
    }

    [GeneratedRegex("[A-Z2-7]{4}(-[A-Z2-7]{4})+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RecoveryCode();

    private sealed class Detach(ICDPSession session) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await session.DetachAsync();
    }
}
