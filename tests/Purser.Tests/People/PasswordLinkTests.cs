using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

/// <summary>Anybody may write down an address; the link that makes somebody its owner goes to the address alone.</summary>
[Trait("Feature", "SA-07")]
public sealed class PasswordLinkTests
{
    private const string Victim = "ceo@victim.example";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task No_administrator_comes_by_the_link_of_somebody_else(Engine engine)
    {
        foreach (var isMailing in new[] { true, false })
        {
            await using var installation = await StartAsync(engine, isMailing);
            var evil = await installation.People.AccountAsync("evil.example");
            await installation.People.PersonAsync(evil, Role.SmartAccountAdministrator);
            var api = await installation.People.ApiAsync(evil);
            var added = await api.PostJsonAsync($"{evil.Api}/people", new { email = Victim, role = "SmartAccountUser" });
            Nothing(added.Json, "setPasswordPath");
            var mailed = await installation.People.PasswordLinkAsync(Victim);
            installation.Machine.Offset += TimeSpan.FromMinutes(10);
            var renewed = await api.PostJsonAsync($"{evil.Api}/people/{added.Json.GetProperty("personId")}/set-password-link");
            Assert.Equal(HttpStatusCode.OK, renewed.Status);
            Nothing(renewed.Json, "setPasswordPath");
            Assert.NotEqual(mailed, await installation.People.PasswordLinkAsync(Victim));
            var group = await api.PostJsonAsync($"{evil.Api}/groups", new { name = "All", emails = new[] { "cfo@victim.example" } });
            Assert.Empty(group.Json.GetProperty("newSignIns").EnumerateArray());
            var imported = await api.PostJsonAsync($"{evil.Api}/people/import", new { rows = new[] { new { email = "cto@victim.example", role = "SmartAccountUser" } } });
            Assert.Empty(imported.Json.GetProperty("newSignIns").EnumerateArray());

            // Who may read kept mails sees it at once; who cannot, because they are sent, does not either.
            var operators = await installation.People.OperatorApiAsync();
            var made = await operators.PostJsonAsync("/api/v1/operator/accounts", new { name = "Acme", domain = "acme.example", administrator = new { email = "ada@acme.example" } });
            Assert.Equal(!isMailing, made.Json.GetProperty("setPasswordPath").ValueKind == JsonValueKind.String);
            Assert.NotEmpty(await installation.People.PasswordLinkAsync("ada@acme.example"));
        }
    }

    [Theory, Engines]
    public async Task The_link_of_one_account_is_replaced_when_another_lets_the_address_in_and_a_proven_one_needs_none(Engine engine)
    {
        await using var installation = await StartAsync(engine, isMailing: true);
        var (first, second) = (await installation.People.AccountAsync("first.example"), await installation.People.AccountAsync("second.example"));
        await AddAsync(installation, first, Victim);
        var early = await installation.People.PasswordLinkAsync(Victim);
        await AddAsync(installation, second, Victim);
        var late = await installation.People.PasswordLinkAsync(Victim);
        Assert.NotEqual(early, late);
        await Assert.ThrowsAnyAsync<Exception>(() => installation.People.ChoosePasswordAsync(early));
        var person = await installation.People.ChoosePasswordAsync(late);
        Assert.True(await IsProvenAsync(installation, person.Id));

        await AddAsync(installation, await installation.People.AccountAsync("third.example"), Victim);
        Assert.Equal(late, await installation.People.PasswordLinkAsync(Victim));
        await using var db = installation.Database.Read();
        Assert.NotNull((await db.Users.SingleAsync(row => row.Id == person.Id, Stop)).PasswordHash);

        // Wherever she works an administrator may have a new link sent, but not without end.
        var api = await installation.People.ApiAsync(first);
        var path = $"{first.Api}/people/{person.Id}/set-password-link";
        Assert.Equal(HttpStatusCode.OK, (await api.PostJsonAsync(path)).Status);
        Assert.Equal("too-many-requests", (await api.PostJsonAsync(path)).Code);
        installation.Machine.Offset += TimeSpan.FromMinutes(10);
        Assert.Equal(HttpStatusCode.OK, (await api.PostJsonAsync(path)).Status);
        var stranger = await installation.People.PersonAsync(second, Role.SmartAccountUser);
        Assert.Equal("not-found", (await api.PostJsonAsync($"{first.Api}/people/{stranger.Id}/set-password-link")).Code);
    }

    [Theory, Engines]
    public async Task A_password_at_an_address_that_nobody_has_proven_ends_before_others_trust_the_address(Engine engine)
    {
        await using var installation = await StartAsync(engine, isMailing: true);
        var first = await installation.People.AccountAsync("first.example");
        await AddAsync(installation, first, Victim);
        var squatter = await installation.People.ChoosePasswordAsync(await installation.People.PasswordLinkAsync(Victim));
        await installation.Database.WriteAsync(
            async db =>
            {
                var person = await db.Users.SingleAsync(row => row.Id == squatter.Id, Stop);
                person.EmailConfirmed = false;
                db.Sessions.Add(new Session { KeyHash = [1], PersonId = person.Id, SealedTicket = [1], ExpiresAt = TestInstallation.Start.AddYears(9) });
                db.UserPasskeys.Add(new IdentityUserPasskey<long> { UserId = person.Id, CredentialId = [1], Data = new() { PublicKey = [1], AttestationObject = [1], ClientDataJson = [1] } });
            },
            Stop);

        // Another role where she is already changes nothing; the staff, and an account where she is not, do.
        await AddAsync(installation, first, Victim, Role.SmartAccountViewer);
        Assert.NotNull(await HashAsync());
        var operators = await installation.People.OperatorApiAsync();
        var staffed = await operators.PostJsonAsync("/api/v1/operator/staff", new { email = Victim, role = "Support" });
        Assert.True(staffed.Status == HttpStatusCode.Created, staffed.Json.ToString());
        Assert.Null(await HashAsync());
        await using var after = installation.Database.Read();
        Assert.Equal((0, 0), (await after.Sessions.CountAsync(Stop), await after.UserPasskeys.CountAsync(Stop)));
        var owner = await installation.People.ChoosePasswordAsync(await installation.People.PasswordLinkAsync(Victim), "five words make one more");
        Assert.Equal((squatter.Id, true), (owner.Id, await IsProvenAsync(installation, owner.Id)));

        async Task<string?> HashAsync()
        {
            await using var db = installation.Database.Read();
            return (await db.Users.SingleAsync(row => row.Id == squatter.Id, Stop)).PasswordHash;
        }
    }

    [Theory, Engines]
    public async Task Everybody_who_is_given_something_is_told_by_mail(Engine engine)
    {
        await using var installation = await StartAsync(engine, isMailing: true);
        var operators = await installation.People.OperatorApiAsync();
        await operators.PostJsonAsync("/api/v1/operator/staff", new { email = "sam@vendor.example", role = "Support" });
        await operators.PostJsonAsync("/api/v1/operator/accounts", new { name = "Acme", domain = "acme.example", administrator = new { email = "ada@acme.example" } });
        Assert.Contains("the role Support in the operator's staff", await TextAsync("sam@vendor.example"), StringComparison.Ordinal);
        Assert.Contains("/set-password?", await TextAsync("sam@vendor.example"), StringComparison.Ordinal);
        Assert.Contains("in the Smart Account Acme (acme.example)", await TextAsync("ada@acme.example"), StringComparison.Ordinal);

        // Company people who get a role hear of it, once.
        var other = await installation.People.AccountAsync("other.example");
        await AddAsync(installation, other, "cara@acme.example");
        await using var db = installation.Database.Read();
        var (acme, cara) = (await db.Accounts.SingleAsync(row => row.Domain == "acme.example", Stop), await db.Users.SingleAsync(row => row.Email == "cara@acme.example", Stop));
        var api = await installation.People.ApiAsync(new TestAccount(acme.Id, acme.Domain, 0));
        for (var round = 0; round < 2; round++)
        {
            var given = await api.PostJsonAsync("/api/v1/accounts/acme.example/people/assign-access", new { personIds = new[] { cara.Id }, access = new { role = "SmartAccountViewer" } });
            Assert.Equal(HttpStatusCode.OK, given.Status);
        }

        Assert.Contains("the role Smart Account Viewer in the Smart Account Acme", await TextAsync("cara@acme.example"), StringComparison.Ordinal);
        Assert.Equal(2, await db.Mails.CountAsync(row => row.Recipient == "cara@acme.example", Stop));

        async Task<string> TextAsync(string recipient)
        {
            await using var read = installation.Database.Read();
            var id = await read.Mails.Where(row => row.Recipient == recipient).OrderByDescending(row => row.Id).Select(row => row.Id).FirstAsync(Stop);
            return (await installation.Get<ListMail>().FindAsync(id, Stop))!.Text!;
        }
    }

    [Theory, Engines]
    public async Task Whose_password_is_kept_elsewhere_gets_no_link_and_is_not_said_to_lack_one(Engine engine)
    {
        await using var installation = await StartAsync(engine, isMailing: true);
        var operators = await installation.People.OperatorApiAsync();
        var source = new { kind = "OpenId", name = "Acme Login", mailDomains = new[] { "acme.example" }, replacesPasswords = true, openId = new { issuer = "https://i.example", clientId = "c" } };
        Assert.Equal(HttpStatusCode.Created, (await operators.PostJsonAsync("/api/v1/operator/sign-in-sources", new { source })).Status);
        var account = await installation.People.AccountAsync();
        await AddAsync(installation, account, "jo@acme.example");
        await AddAsync(installation, account, "pat@other.example");
        await Assert.ThrowsAsync<InvalidOperationException>(() => installation.People.PasswordLinkAsync("jo@acme.example"));
        Assert.NotEmpty(await installation.People.PasswordLinkAsync("pat@other.example"));
        var listed = (await (await installation.People.ApiAsync(account)).GetJsonAsync($"{account.Api}/people")).Items
            .Select(row => (row.GetProperty("email").GetString(), row.GetProperty("canSignIn").GetBoolean(), row.GetProperty("source").GetString())).Order();
        Assert.Equal([("jo@acme.example", true, "Acme Login"), ("pat@other.example", false, null)], listed);
    }

    private static Task<TestInstallation> StartAsync(Engine engine, bool isMailing) => TestInstallation.StartAsync(
        engine, settings => isMailing ? settings with { Mail = new MailSettings { Host = "127.0.0.1", Port = 9 } } : settings);

    private static async Task AddAsync(TestInstallation installation, TestAccount account, string email, Role role = Role.SmartAccountUser)
    {
        var added = await (await installation.People.ApiAsync(account)).PostJsonAsync($"{account.Api}/people", new { email, role = role.ToString() });
        Assert.Equal(HttpStatusCode.Created, added.Status);
    }

    private static async Task<bool> IsProvenAsync(TestInstallation installation, long person)
    {
        await using var db = installation.Database.Read();
        return (await db.Users.SingleAsync(row => row.Id == person, Stop)).EmailConfirmed;
    }

    private static void Nothing(JsonElement answer, string property) =>
        Assert.False(answer.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null, $"{property} is shown");
}
