using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

public sealed class SignInTests
{
    private const string Password = "four words make one";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("passwordpassword")]
    [InlineData("Password123456!")]
    [InlineData("P@ssw0rd-P@ssw0rd")]
    [InlineData("qwertyuiop1234")]
    [InlineData("123456789012345")]
    [InlineData("aaaaaaaaaaaaaaa")]
    [InlineData("jo@acme.example1")]
    [InlineData("Northwind2026!!")]
    [InlineData("AcmeJoAdmin2026")]
    public void What_is_tried_first_is_no_password(string password) =>
        Assert.True(GuessablePassword.Is(password, "jo@acme.example", "Northwind Networks"));

    [Theory]
    [InlineData(Password)]
    [InlineData("correct horse battery staple")]
    [InlineData("Xk3-9fQz-77Lm-vT2")]
    [InlineData("пароль из четырёх слов")]
    [InlineData("my admin password is a blue whale")]
    public void What_nobody_guesses_is_taken(string password) =>
        Assert.False(GuessablePassword.Is(password, "jo@acme.example", "Northwind Networks"));

    [Theory, Engines]
    public async Task The_setup_link_makes_the_first_operator_once(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var path = (await SetupLink.RenewAsync(installation.Database, TimeProvider.System, Stop))!;
        var code = path[(path.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var browser = new FormBrowser(installation);
        Assert.Contains("this installation has no operator", await (await browser.GetAsync("/sign-in")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        var fields = new Dictionary<string, string> { ["code"] = code, ["email"] = "op@vendor.example", ["displayName"] = "Op", ["password"] = "short" };
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsync(path, "/setup", fields)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsync(path, "/setup", new(fields) { ["password"] = Password, ["code"] = "wrong" })).StatusCode);
        var done = await browser.PostAsync(path, "/setup", new(fields) { ["password"] = Password });
        Assert.Equal("/operator/accounts", done.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/me")).StatusCode);

        Assert.DoesNotContain("this installation has no operator", await (await new FormBrowser(installation).GetAsync("/sign-in")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Null(await SetupLink.RenewAsync(installation.Database, TimeProvider.System, Stop));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsync("/sign-in", "/setup", new(fields) { ["password"] = Password })).StatusCode);
        Assert.Equal(OperatorRole.LicensingAdministrator, Assert.Single((await installation.Get<ListStaff>().HandleAsync(Stop)).People).Roles[0]);
    }

    [Theory, Engines]
    public async Task An_invited_person_chooses_a_password_signs_in_and_out(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var path = await InviteAsync(installation);
        var browser = new FormBrowser(installation);
        var fields = FieldsOf(path);
        Assert.Equal("/accounts/acme.example/alerts", (await browser.PostAsync(path, "/set-password", new(fields) { ["password"] = Password })).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsync(path, "/set-password", new(fields) { ["password"] = Password })).StatusCode);
        Assert.Equal("/sign-in", (await browser.PostAsync("/me", "/sign-out", [])).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/me")).StatusCode);

        var signIn = new Dictionary<string, string> { ["email"] = "JO@acme.example", ["password"] = Password, ["returnUrl"] = "//evil.example" };
        Assert.Equal("/accounts/acme.example/alerts", (await browser.PostAsync("/sign-in", "/sign-in", signIn)).Headers.Location!.ToString());
        Assert.Equal("/me", (await browser.PostAsync("/sign-in", "/sign-in", new(signIn) { ["returnUrl"] = "/me" })).Headers.Location!.ToString());

        // Signing in again took a new key, and the session before it ended.
        await using var db = installation.Database.Read();
        Assert.Equal(1, await db.Sessions.CountAsync(Stop));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/me")).StatusCode);
    }

    [Theory, Engines]
    public async Task Unknown_wrong_and_locked_are_told_alike(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(
            engine, settings => settings with { Security = settings.Security with { LockoutAttempts = 2 } });
        var path = await InviteAsync(installation);
        await new FormBrowser(installation).PostAsync(path, "/set-password", new(FieldsOf(path)) { ["password"] = Password });
        var browser = new FormBrowser(installation);
        Assert.Contains("is wrong", await TryAsync("nobody@acme.example", "whatever it is"), StringComparison.Ordinal);
        Assert.Contains("is wrong", await TryAsync("jo@acme.example", "whatever it is"), StringComparison.Ordinal);
        Assert.Contains("is wrong", await TryAsync("jo@acme.example", "whatever it is"), StringComparison.Ordinal);
        Assert.Contains("is wrong", await TryAsync("jo@acme.example", Password), StringComparison.Ordinal);

        async Task<string> TryAsync(string email, string password)
        {
            var answer = await browser.PostAsync("/sign-in", "/sign-in", new() { ["email"] = email, ["password"] = password });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync(Stop);
        }
    }

    [Theory, Engines]
    public async Task Changing_the_password_signs_out_all_other_browsers(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var path = await InviteAsync(installation);
        var first = new FormBrowser(installation);
        await first.PostAsync(path, "/set-password", new(FieldsOf(path)) { ["password"] = Password });
        var second = new FormBrowser(installation);
        await second.PostAsync("/sign-in", "/sign-in", new() { ["email"] = "jo@acme.example", ["password"] = Password });
        Assert.Equal(2, (await installation.Get<Sessions>().ListAsync(await JoAsync(installation), null, Stop)).Count);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await first.PostAsync("/me", "/me/password", new() { ["present"] = "wrong", ["password"] = "five words make one more" })).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await first.PostAsync("/me", "/me/password", new() { ["present"] = Password, ["password"] = "five words make one more" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/me")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await second.GetAsync("/me")).StatusCode);
    }

    [Theory, Engines]
    public async Task A_form_without_its_antiforgery_token_is_turned_down_and_the_cookie_opens_no_api(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var path = await InviteAsync(installation);
        var browser = new FormBrowser(installation);
        await browser.PostAsync(path, "/set-password", new(FieldsOf(path)) { ["password"] = Password });
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(null, "/me/sessions/end-others", [])).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/accounts")).StatusCode);
    }

    [Theory, Engines]
    public async Task A_session_ends_when_it_is_idle_or_old(Engine engine)
    {
        var clock = new MovableClock();
        await using var installation = await TestInstallation.StartAsync(engine, adjust: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var path = await InviteAsync(installation);
        var browser = new FormBrowser(installation);
        await browser.PostAsync(path, "/set-password", new(FieldsOf(path)) { ["password"] = Password });
        for (var half = 0; half < 23; half++)
        {
            clock.Offset += TimeSpan.FromMinutes(30);
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/me")).StatusCode);
        }

        clock.Offset += TimeSpan.FromMinutes(31);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/me")).StatusCode);
        await browser.PostAsync("/sign-in", "/sign-in", new() { ["email"] = "jo@acme.example", ["password"] = Password });
        clock.Offset += TimeSpan.FromMinutes(61);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/me")).StatusCode);
    }

    private static async Task<string> InviteAsync(TestInstallation installation)
    {
        var account = await installation.People.AccountAsync();
        var input = new AddPerson.Input("jo@acme.example", Role.SmartAccountUser) { DisplayName = "Jo" };
        var added = await installation.Get<AddPerson>().HandleAsync(new Command(AddPerson.Name, Actor.System, input) { Accounts = [account.Id] }, input, Stop);
        return added.Value.SetPasswordPath!;
    }

    private static async Task<long> JoAsync(TestInstallation installation)
    {
        await using var db = installation.Database.Read();
        return (await db.Users.SingleAsync(Stop)).Id;
    }

    private static Dictionary<string, string> FieldsOf(string path) => Microsoft.AspNetCore.WebUtilities.QueryHelpers
        .ParseQuery(path[path.IndexOf('?', StringComparison.Ordinal)..]).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
}
