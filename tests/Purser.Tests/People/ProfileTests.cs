using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.People.Profile;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

/// <summary>One's own name and address: a new address counts when the link that was mailed to it is used by who asked.</summary>
[Trait("Feature", "SA-02")]
public sealed class ProfileTests
{
    private const string New = "jo.berg@acme.example";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_new_address_counts_when_its_mail_was_read_and_everything_else_is_signed_out(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine);
        var second = new FormBrowser(jo.Installation);
        await SignedInPerson.SendPasswordAsync(second);
        var wrong = await jo.Browser.PostAsync("/me/address", "/me/address", new() { ["email"] = New, ["password"] = "wrong" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        await AskAsync(jo, New, HttpStatusCode.SeeOther);
        Assert.Equal("jo@acme.example", (await PersonAsync(jo)).Email);
        await AskAsync(jo, "another@acme.example", HttpStatusCode.UnprocessableEntity);

        var link = await LinkAsync(jo, New);
        var code = link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var stranger = await jo.Installation.People.PersonAsync(jo.Account, Role.SmartAccountUser);
        await jo.Installation.WithAsync<ChangeAddress>(async change => Assert.Equal(RefusalCode.SignInFailed, (await change.ConfirmAsync(stranger, code, Stop)).Refusal!.Code));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await jo.Browser.PostAsync(link, NewAddressLink.Path, new() { ["code"] = code + "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await jo.Browser.PostAsync(link, NewAddressLink.Path, new() { ["code"] = code })).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await jo.Browser.PostAsync("/me", NewAddressLink.Path, new() { ["code"] = code })).StatusCode);

        var person = await PersonAsync(jo);
        Assert.Equal((New, New, true, "Jo"), (person.Email, person.UserName, person.EmailConfirmed, person.DisplayName));
        Assert.Contains(New, await (await jo.Browser.GetAsync("/me")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await second.GetAsync("/me")).StatusCode);
        Assert.Equal("refused", await SignedInPerson.SendPasswordAsync(second));
        Assert.Equal(HttpStatusCode.SeeOther, (await second.PostAsync("/sign-in", "/sign-in", new() { ["email"] = New, ["password"] = SignedInPerson.Password })).StatusCode);
        Assert.Contains($"You sign in to", await TextAsync(jo, SignedInPerson.Email), StringComparison.Ordinal);
        await using var db = jo.Installation.Database.Read(jo.Account.Id);
        Assert.Contains($"The mail address of the user \"Jo\" was changed from jo@acme.example to {New}.", await db.Events.Select(row => row.Message).ToListAsync(Stop));
        Assert.DoesNotContain(code, string.Concat(await db.AuditEntries.IgnoreQueryFilters().Select(row => row.Input + row.Changes).ToListAsync(Stop)), StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task An_address_of_somebody_else_is_neither_taken_nor_found_out(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine);
        var other = await jo.Installation.People.PersonAsync(jo.Account, Role.SmartAccountUser);
        await using var db = jo.Installation.Database.Read();
        var taken = (await db.Users.SingleAsync(row => row.Id == other.Id, Stop)).Email!;
        await AskAsync(jo, taken, HttpStatusCode.SeeOther);
        Assert.DoesNotContain(NewAddressLink.Path, await TextAsync(jo, taken), StringComparison.Ordinal);

        // Free when it was asked for, and taken when the link is used.
        jo.Clock.Offset += TimeSpan.FromMinutes(10);
        await AskAsync(jo, New, HttpStatusCode.SeeOther);
        var link = await LinkAsync(jo, New);
        var input = new AddPerson.Input(New, Role.SmartAccountUser);
        await jo.Installation.Get<AddPerson>().HandleAsync(new Command(AddPerson.Name, Actor.System, input) { Accounts = [jo.Account.Id] }, input, Stop);
        var late = await jo.Browser.PostAsync(link, NewAddressLink.Path, new() { ["code"] = link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..] });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.StatusCode);
        Assert.Equal(SignedInPerson.Email, (await PersonAsync(jo)).Email);

        foreach (var nonsense in new[] { "", "nobody", "a@b", "a@acme.example\nBcc: x@evil.example", SignedInPerson.Email })
        {
            await AskAsync(jo, nonsense, HttpStatusCode.UnprocessableEntity);
        }
    }

    [Theory, Engines]
    public async Task Programs_change_name_and_address_for_her_with_the_scope_for_it(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        await (await installation.People.ApiAsync(account)).PostJsonAsync($"{account.Api}/people", new { email = "jo@acme.example", role = "SmartAccountUser" });
        var jo = await installation.People.ChoosePasswordAsync(await installation.People.PasswordLinkAsync("jo@acme.example"));
        using var api = TestActors.As(installation.NewClient(), jo with { Scopes = new HashSet<ApiScope> { ApiScope.Read, ApiScope.Manage } });
        var shown = (await api.GetJsonAsync("/api/v1/me")).Json;
        Assert.Equal(("jo@acme.example", true), (shown.GetProperty("email").GetString(), shown.GetProperty("isAddressProven").GetBoolean()));
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Put, "/api/v1/me", new { displayName = " Jo Berg " })).Status);
        Assert.Equal("invalid-input", (await api.CallAsync(HttpMethod.Put, "/api/v1/me", new { displayName = " " })).Code);
        Assert.Equal("invalid-input", (await api.CallAsync(HttpMethod.Put, "/api/v1/me", new { displayName = new string('x', 101) })).Code);
        Assert.Equal("Jo Berg", (await api.GetJsonAsync("/api/v1/me")).Json.GetProperty("displayName").GetString());
        Assert.Equal("sign-in-failed", (await api.PostJsonAsync("/api/v1/me/address", new { email = New, password = "wrong" })).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await api.PostJsonAsync("/api/v1/me/address", new { email = New, password = SignedInPerson.Password })).Status);
        await using var db = installation.Database.Read(account.Id);
        Assert.Contains("The user \"jo@acme.example\" is called \"Jo Berg\" now.", await db.Events.Select(row => row.Message).ToListAsync(Stop));

        using var reader = TestActors.As(installation.NewClient(), jo with { Scopes = new HashSet<ApiScope> { ApiScope.Read } });
        Assert.Equal("not-allowed", (await reader.CallAsync(HttpMethod.Put, "/api/v1/me", new { displayName = "X" })).Code);
        Assert.Equal("not-allowed", (await (await installation.People.ApiAsync(account)).GetJsonAsync("/api/v1/me")).Code);
    }

    [Theory, Engines]
    public async Task Programs_list_and_end_her_browsers(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        var (jo, other) = (await installation.People.PersonAsync(account, Role.SmartAccountUser), await installation.People.PersonAsync(account, Role.SmartAccountUser));
        var now = TimeProvider.System.GetUtcNow();
        await installation.Database.WriteAsync(
            db =>
            {
                foreach (var (person, key) in new[] { (jo.Id, 1), (jo.Id, 2), (jo.Id, 3), (other.Id, 4) })
                {
                    db.Sessions.Add(new Session { KeyHash = [.. Enumerable.Repeat((byte)key, 32)], PersonId = person, SealedTicket = [1], CreatedAt = now, LastSeenAt = now, ExpiresAt = now.AddHours(1) });
                }

                return Task.CompletedTask;
            },
            Stop);
        using var api = TestActors.As(installation.NewClient(), jo);
        var listed = (await api.GetJsonAsync("/api/v1/me/sessions")).Items;
        Assert.Equal(3, listed.Count);
        var path = $"/api/v1/me/sessions/{listed[0].GetProperty("id").GetString()}";
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal("not-found", (await api.CallAsync(HttpMethod.Delete, path)).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, "/api/v1/me/sessions")).Status);
        Assert.Empty((await api.GetJsonAsync("/api/v1/me/sessions")).Items);
        using var others = TestActors.As(installation.NewClient(), other);
        Assert.Single((await others.GetJsonAsync("/api/v1/me/sessions")).Items);
        var program = await installation.People.ApiAsync(account);
        Assert.Empty((await program.GetJsonAsync("/api/v1/me/sessions")).Items);
        Assert.Equal("not-allowed", (await program.CallAsync(HttpMethod.Delete, "/api/v1/me/sessions")).Code);
    }

    private static async Task AskAsync(SignedInPerson jo, string email, HttpStatusCode expected) => Assert.Equal(
        expected, (await jo.Browser.PostAsync("/me/address", "/me/address", new() { ["email"] = email, ["password"] = SignedInPerson.Password })).StatusCode);

    private static async Task<Person> PersonAsync(SignedInPerson jo)
    {
        await using var db = jo.Installation.Database.Read();
        return await db.Users.SingleAsync(row => row.Id == jo.Actor.Id, Stop);
    }

    private static async Task<string> LinkAsync(SignedInPerson jo, string email)
    {
        var text = await TextAsync(jo, email);
        return text[text.IndexOf(NewAddressLink.Path, StringComparison.Ordinal)..].Split('\n')[0];
    }

    /// <summary>The newest mail to this address.</summary>
    private static async Task<string> TextAsync(SignedInPerson jo, string email)
    {
        await using var db = jo.Installation.Database.Read();
        var id = await db.Mails.Where(row => row.Recipient == email).OrderByDescending(row => row.Id).Select(row => row.Id).FirstAsync(Stop);
        return (await jo.Installation.Get<ListMail>().FindAsync(id, Stop))!.Text!;
    }
}
