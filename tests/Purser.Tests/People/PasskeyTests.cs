using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.People;
using Purser.Server.People.SignIn.Passkeys;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

[Trait("Feature", "AP-04")]
public sealed class PasskeyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_passkey_is_added_named_used_and_removed(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine);
        using var passkey = new SoftPasskey();
        Assert.Equal("/me", (await AddAsync(jo.Browser, passkey)).Headers.Location?.ToString());
        var item = Assert.Single(await jo.Installation.Get<ManagePasskeys>().ListAsync(jo.Actor.Id, Stop));
        Assert.Equal("Office laptop", item.Name);

        var browser = new FormBrowser(jo.Installation);
        Assert.Equal("/accounts/acme.example/alerts", await SignInAsync(browser, passkey));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/me")).StatusCode);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await jo.Browser.PostAsync("/me", $"/me/passkeys/{item.Id}/rename", new() { ["name"] = " " })).StatusCode);
        await jo.Browser.PostAsync("/me", $"/me/passkeys/{item.Id}/rename", new() { ["name"] = "Old laptop" });
        Assert.Equal("Old laptop", Assert.Single(await jo.Installation.Get<ManagePasskeys>().ListAsync(jo.Actor.Id, Stop)).Name);
        Assert.Equal(HttpStatusCode.NotFound, (await jo.Browser.PostAsync("/me", "/me/passkeys/@@@/remove", [])).StatusCode);
        Assert.Equal("/me", (await jo.Browser.PostAsync("/me", $"/me/passkeys/{item.Id}/remove", [])).Headers.Location!.ToString());
        Assert.Equal("refused", await SignInAsync(new FormBrowser(jo.Installation), passkey));

        await using var db = jo.Installation.Database.Read();
        Assert.Equal(
            ["added", "renamed", "removed"],
            (await db.Events.Where(row => row.AccountId == jo.Account.Id && row.Message.StartsWith("The passkey")).OrderBy(row => row.Seq).Select(row => row.Message).ToListAsync(Stop))
                .Select(message => message.Contains("added", StringComparison.Ordinal) ? "added" : message.Contains("renamed", StringComparison.Ordinal) ? "renamed" : "removed"));
    }

    [Theory, Engines]
    public async Task Answers_that_are_old_foreign_or_no_answers_are_refused(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine);
        using var passkey = new SoftPasskey();
        await AddAsync(jo.Browser, passkey);

        // Without options of this browser, twice, from another origin, or not JSON at all.
        var browser = new FormBrowser(jo.Installation);
        var answer = passkey.Get(await OptionsAsync(browser, "/sign-in", "/sign-in/passkey/options"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(new FormBrowser(jo.Installation), answer)).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(browser, answer)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(browser, answer)).StatusCode);
        foreach (var bad in new[] { "", "{}", "null", "[1,2", "\"text\"" })
        {
            await OptionsAsync(browser, "/sign-in", "/sign-in/passkey/options");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(browser, bad)).StatusCode);
        }

        passkey.Origin = "https://evil.example";
        Assert.Equal("refused", await SignInAsync(new FormBrowser(jo.Installation), passkey));
        using var stranger = new SoftPasskey();
        stranger.Create(await OptionsAsync(jo.Browser, "/me", "/me/passkeys/options"));
        Assert.Equal("refused", await SignInAsync(new FormBrowser(jo.Installation), stranger));
        passkey.Origin = FormBrowser.Origin;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AddAsync(jo.Browser, passkey)).StatusCode);
    }

    [Theory, Engines]
    public async Task Where_a_second_factor_is_needed_a_passkey_is_one_and_the_password_alone_is_none(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine, security => security with { RequireSecondFactor = "everyone" });
        using var passkey = new SoftPasskey();
        Assert.Equal(HttpStatusCode.SeeOther, (await AddAsync(jo.Browser, passkey)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await jo.Browser.GetAsync("/accounts/acme.example/alerts")).StatusCode);
        var browser = new FormBrowser(jo.Installation);
        Assert.Equal("/sign-in/second-step", await SignedInPerson.SendPasswordAsync(browser));
        Assert.Contains("Sign in with a passkey", await (await browser.GetAsync("/sign-in/second-step")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal("/accounts/acme.example/alerts", await SignInAsync(browser, passkey));
    }

    private static async Task<string> OptionsAsync(FormBrowser browser, string page, string path)
    {
        var answer = await browser.PostAsync(page, path, []);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private static async Task<HttpResponseMessage> AddAsync(FormBrowser browser, SoftPasskey passkey) => await browser.PostAsync(
        "/me/second-factor",
        "/me/passkeys/new",
        new() { ["name"] = "Office laptop", ["credential"] = passkey.Create(await OptionsAsync(browser, "/me/second-factor", "/me/passkeys/options")) });

    private static async Task<string> SignInAsync(FormBrowser browser, SoftPasskey passkey)
    {
        var options = await OptionsAsync(browser, "/sign-in", "/sign-in/passkey/options");
        return (await SendAsync(browser, passkey.Get(options))).Headers.Location?.ToString() ?? "refused";
    }

    private static Task<HttpResponseMessage> SendAsync(FormBrowser browser, string credential) =>
        browser.PostAsync("/sign-in", "/sign-in/passkey", new() { ["credential"] = credential, ["returnUrl"] = "" });
}
