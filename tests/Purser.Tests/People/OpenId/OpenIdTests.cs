using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.People.Sources;
using Purser.Server.People.Sources.OpenId;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People.OpenId;

[Trait("Feature", "AP-04")]
public sealed class OpenIdTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Who_is_new_comes_in_with_the_roles_of_her_groups_and_loses_them_with_the_groups(Engine engine)
    {
        await using var estate = await OpenIdEstate.StartAsync(engine);
        await estate.InviteAsync("boss@acme.example", Role.SmartAccountAdministrator);
        var input = new ChangeSourceRoles.Input("Licensing", "acme.example", Role.SmartAccountUser) { SourceId = estate.SourceId };
        Assert.True((await estate.Installation.Get<ChangeSourceRoles>().AddAsync(new Command(ChangeSourceRoles.Add, Actor.System, input), input, Stop)).IsOk);
        await estate.SitsThereAsync("mara", new { name = "Mara Lind", email = "mara@acme.example", email_verified = true, groups = new[] { "staff", "licensing" } });

        var browser = new FormBrowser(estate.Installation);
        Assert.Equal("/accounts/acme.example/alerts", (await estate.SignInAsync(browser, "//evil.example")).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/accounts/acme.example/inventory")).StatusCode);
        var mara = await estate.PersonAsync("mara@acme.example");
        Assert.Equal(("Mara Lind", estate.SourceId), (mara.DisplayName, mara.SourceId));

        // A role given by hand stays whatever the groups say.
        await estate.InviteAsync("mara@acme.example", Role.SmartAccountViewer);
        await estate.SitsThereAsync("mara", new { name = "Mara Lind", email = "mara@acme.example", email_verified = true, groups = new[] { "staff" } });
        Assert.Equal("/me", (await estate.SignInAsync(browser, "/me")).Headers.Location!.ToString());
        await using var db = estate.Installation.Database.Read();
        Assert.Equal(Role.SmartAccountViewer, Assert.Single(await db.RoleGrants.Where(grant => grant.PersonId == mara.Id).ToListAsync(Stop)).Role);
        Assert.Contains("Password", await (await browser.GetAsync("/me")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task The_last_administrator_keeps_the_role_when_the_group_is_gone(Engine engine)
    {
        await using var estate = await OpenIdEstate.StartAsync(engine);
        var input = new ChangeSourceRoles.Input("heads", "acme.example", Role.SmartAccountAdministrator) { SourceId = estate.SourceId };
        Assert.True((await estate.Installation.Get<ChangeSourceRoles>().AddAsync(new Command(ChangeSourceRoles.Add, Actor.System, input), input, Stop)).IsOk);
        await estate.SitsThereAsync("mara", new { name = "Mara", email = "mara@acme.example", email_verified = true, groups = "heads" });
        await estate.SignInAsync();
        await estate.SitsThereAsync("mara", new { name = "Mara", email = "mara@acme.example", email_verified = true });
        Assert.Equal("/accounts/acme.example/alerts", (await estate.SignInAsync()).Headers.Location!.ToString());
    }

    [Theory, Engines]
    public async Task Who_was_invited_is_found_by_her_verified_address_and_then_by_the_provider_s_number_for_her(Engine engine)
    {
        await using var estate = await OpenIdEstate.StartAsync(engine, createsPeople: false);
        var invited = await estate.InviteAsync("mara@acme.example");
        await estate.SitsThereAsync("mara", new { name = "Mara", email = "mara@acme.example", email_verified = false });
        Assert.Contains("has not been verified", await estate.RefusedAsync(), StringComparison.Ordinal);
        await estate.SitsThereAsync("mara", new { name = "Mara", email = "MARA@acme.example", email_verified = true });
        Assert.Equal(HttpStatusCode.SeeOther, (await estate.SignInAsync()).StatusCode);

        // Married, and with another address: the same person.
        await estate.SitsThereAsync("mara", new { name = "Mara", email = "mara.berg@acme.example", email_verified = true });
        Assert.Equal(HttpStatusCode.SeeOther, (await estate.SignInAsync()).StatusCode);
        Assert.Equal(invited, (await estate.PersonAsync("mara@acme.example")).Id);

        // Her old address was given to somebody else there, who must not become her.
        await estate.SitsThereAsync("max", new { name = "Max", email = "mara@acme.example", email_verified = true });
        Assert.Contains("used to know mara@acme.example as somebody else", await estate.RefusedAsync(), StringComparison.Ordinal);
        await estate.SitsThereAsync("olga", new { name = "Olga", email = "olga@acme.example", email_verified = true });
        Assert.Contains("nobody with this address has a role here", await estate.RefusedAsync(), StringComparison.Ordinal);
        await estate.SitsThereAsync("eve", new { name = "Eve", email = "eve@other.example", email_verified = true });
        Assert.Contains("does not speak for addresses of that domain", await estate.RefusedAsync(), StringComparison.Ordinal);
        await estate.SitsThereAsync("nora", new { name = "Nora" });
        Assert.Contains("did not tell your e-mail address", await estate.RefusedAsync(), StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Who_comes_in_so_has_no_password_here_and_is_told_where_it_is(Engine engine)
    {
        await using var estate = await OpenIdEstate.StartAsync(engine);
        await estate.InviteAsync("mara@acme.example");
        Assert.Equal(HttpStatusCode.SeeOther, (await estate.SignInAsync()).StatusCode);
        var mara = await estate.PersonAsync("mara@acme.example");
        var input = new RenewPasswordLink.Input(mara.Id);
        var renewed = await estate.Installation.Get<RenewPasswordLink>().HandleAsync(
            new Command(RenewPasswordLink.Name, Actor.System, input) { Accounts = [estate.Account.Id] }, input, Stop);
        Assert.Contains("signs in through “Acme Login”", renewed.Refusal!.Detail, StringComparison.Ordinal);

        // Her access ends with her: the session that is open, too.
        var browser = new FormBrowser(estate.Installation);
        await estate.SignInAsync(browser);
        await estate.Installation.Database.WriteAsync(db => db.Users.ExecuteUpdateAsync(set => set.SetProperty(row => row.IsDisabled, true)), Stop);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/me")).StatusCode);
        Assert.Contains("Your sign-in here was ended", await estate.RefusedAsync(), StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Who_came_by_a_source_is_signed_out_when_it_is_switched_off_or_removed(Engine engine)
    {
        await using var estate = await OpenIdEstate.StartAsync(engine);
        var other = await estate.Installation.People.PersonAsync(estate.Account, Role.SmartAccountAdministrator);
        using var others = await estate.Installation.BrowserAsync(other);
        foreach (var isRemoved in new[] { false, true })
        {
            var browser = new FormBrowser(estate.Installation);
            Assert.Equal(HttpStatusCode.SeeOther, (await estate.SignInAsync(browser)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/me")).StatusCode);
            var mara = await estate.PersonAsync("mara@acme.example");
            using var api = await estate.Installation.People.ApiAsync(estate.Account);
            await estate.Installation.Database.WriteAsync(
                db => db.AccessTokens.OrderByDescending(row => row.IssuedAt).ThenByDescending(row => row.ApiClientId).Take(1).ExecuteUpdateAsync(set => set.SetProperty(row => row.PersonId, mara.Id), Stop), Stop);
            Assert.Equal("Mara Lind", (await api.GetJsonAsync("/api/v1/me")).Json.GetProperty("displayName").GetString());
            Assert.True(isRemoved ? await RemoveAsync() : await SwitchAsync(isEnabled: false));
            Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/me")).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetJsonAsync("/api/v1/me")).Status);
            Assert.Equal(HttpStatusCode.OK, (await others.GetAsync("/me", Stop)).StatusCode);
            Assert.True(isRemoved || await SwitchAsync(isEnabled: true));
        }

        await using var db = estate.Installation.Database.Read();
        var removal = await db.AuditEntries.SingleAsync(row => row.Command == RemoveSource.Name, Stop);
        var freed = await estate.PersonAsync("mara@acme.example");
        Assert.Null(freed.SourceId);
        Assert.Contains($"\"keys\":[\"{freed.Id}\"],\"before\":{{\"sourceId\":{estate.SourceId}}},\"after\":{{\"sourceId\":null}}", removal.Changes, StringComparison.Ordinal);

        async Task<bool> SwitchAsync(bool isEnabled)
        {
            var input = new SaveSource.Input(SourceKind.OpenId, "Acme Login", ["acme.example"])
            {
                SourceId = estate.SourceId, IsEnabled = isEnabled, CreatesPeople = true,
                OpenId = new OpenIdOptions(estate.Provider.Issuer, IdentityProvider.ClientId) { Scopes = "openid profile email groups", GroupsClaim = "groups" },
            };
            return (await estate.Installation.Get<SaveSource>().HandleAsync(new Command(SaveSource.Edit, Actor.System, input), input, null, Stop)).IsOk;
        }

        async Task<bool> RemoveAsync()
        {
            var input = new RemoveSource.Input(estate.SourceId);
            return (await estate.Installation.Get<RemoveSource>().HandleAsync(new Command(RemoveSource.Name, Actor.System, input), input, Stop)).IsOk;
        }
    }

    [Theory, Engines]
    public async Task The_sign_in_page_offers_the_provider_and_an_address_leads_to_it(Engine engine)
    {
        await using var estate = await OpenIdEstate.StartAsync(engine);
        var browser = new FormBrowser(estate.Installation);
        Assert.Contains("Sign in with Acme Login", await (await browser.GetAsync("/sign-in")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        var led = await browser.PostAsync("/sign-in", "/sign-in", new() { ["email"] = "mara@acme.example", ["password"] = "", ["returnUrl"] = "/me" });
        Assert.Equal($"/sign-in/with/{estate.SourceId}?returnUrl=%2Fme&email=mara@acme.example", led.Headers.Location!.ToString());
        Assert.Contains("login_hint=mara@acme.example", (await browser.GetAsync(led.Headers.Location!.ToString())).Headers.Location!.Query, StringComparison.Ordinal);
        var wrong = await browser.PostAsync("/sign-in", "/sign-in", new() { ["email"] = "mara@acme.example", ["password"] = "whatever it is" });
        Assert.Contains("People of acme.example sign in with “Acme Login”", await OpenIdEstate.WordsAsync(wrong), StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Passwords_kept_here_stop_working_where_the_operator_says_so_but_not_his_own(Engine engine)
    {
        const string Password = "four words make one";
        await using var estate = await OpenIdEstate.StartAsync(engine, replacesPasswords: true);
        await estate.InviteAsync("jo@acme.example");
        await estate.InviteAsync("op@acme.example");
        await estate.Installation.Database.WriteAsync(
            async db =>
            {
                foreach (var person in await db.Users.ToListAsync(Stop))
                {
                    person.PasswordHash = new Microsoft.AspNetCore.Identity.PasswordHasher<Person>().HashPassword(person, Password);
                }

                var op = await db.Users.SingleAsync(person => person.Email == "op@acme.example", Stop);
                db.OperatorGrants.Add(new OperatorGrant { PersonId = op.Id, Role = OperatorRole.LicensingAdministrator });
            },
            Stop);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryAsync("jo@acme.example")).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await TryAsync("op@acme.example")).StatusCode);

        Task<HttpResponseMessage> TryAsync(string email) =>
            new FormBrowser(estate.Installation).PostAsync("/sign-in", "/sign-in", new() { ["email"] = email, ["password"] = Password });
    }

    [Theory, Engines]
    public async Task A_sign_in_that_was_broken_off_stolen_or_repeated_ends_before_anything_is_asked(Engine engine)
    {
        await using var estate = await OpenIdEstate.StartAsync(engine);
        await estate.Provider.SetAsync(new { refuse = true });
        Assert.Contains("did not let you in", await estate.RefusedAsync(), StringComparison.Ordinal);
        await estate.Provider.SetAsync(new { refuse = false });

        var browser = new FormBrowser(estate.Installation);
        var back = await estate.GoAsync(browser);
        Assert.Contains("begun in another browser", await OpenIdEstate.WordsAsync(await new FormBrowser(estate.Installation).GetAsync(back)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync(back)).StatusCode);
        Assert.Contains("finished already", await OpenIdEstate.WordsAsync(await browser.GetAsync(back)), StringComparison.Ordinal);
        Assert.Contains("no such sign-in source", await OpenIdEstate.WordsAsync(await browser.GetAsync(OpenIdForms.Link(999, ""))), StringComparison.Ordinal);
    }
}
