using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.People.Sources;
using Purser.Server.People.Sources.Ldap;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People.Ldap;

/// <summary>Who leaves the organization leaves here too: browsers and programs, at the next check.</summary>
[Trait("Feature", "AP-04")]
public sealed class DirectoryLeaversTests
{
    private const string Mara = "uid=mara,ou=people,dc=acme,dc=example";
    private const string Pat = "cn=O'Hara\\2C Pat (night)*\\5C,ou=people,dc=acme,dc=example";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Who_is_gone_or_switched_off_there_loses_browsers_and_programs_at_the_next_check(Engine engine)
    {
        await using var directory = await DirectoryServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await MakeAsync(installation, directory);
        var (mara, pat) = (await InAsync(installation, "mara@acme.example", "the word of mara"), await InAsync(installation, "pat@acme.example", "the word of pat"));
        var token = await TokenAsync(installation, account, "mara@acme.example");
        Assert.Equal("Acme Directory: 2 asked, 0 signed out", await CheckAsync(installation));
        Assert.Equal(HttpStatusCode.OK, (await mara.GetAsync("/me")).StatusCode);

        // Away says nothing about anybody.
        await directory.PauseAsync();
        Assert.Contains("cannot be asked, nobody was signed out", await CheckAsync(installation), StringComparison.Ordinal);
        await directory.ResumeAsync();
        Assert.NotNull(await installation.Get<BearerTokens>().FindAsync(token, Stop));

        directory.Remove(Mara);
        directory.SwitchOff(Pat);
        Assert.Equal("Acme Directory: 2 asked, 2 signed out", await CheckAsync(installation));
        Assert.Equal(HttpStatusCode.Redirect, (await mara.GetAsync("/me")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await pat.GetAsync("/me")).StatusCode);
        Assert.Null(await installation.Get<BearerTokens>().FindAsync(token, Stop));
        Assert.Equal("Acme Directory: 0 asked, 0 signed out", await CheckAsync(installation));

        // The right word of somebody who is switched off opens nothing, either.
        foreach (var (email, password) in new[] { ("mara@acme.example", "the word of mara"), ("pat@acme.example", "the word of pat") })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignInAsync(new FormBrowser(installation), email, password)).StatusCode);
        }

        await using var db = installation.Database.Read(account.Id);
        Assert.Contains(
            "The user \"Mara Lind\" was signed out everywhere: \"Acme Directory\" no longer lets her or him in.", await db.Events.Select(row => row.Message).ToListAsync(Stop));
    }

    [Theory, Engines]
    public async Task Who_is_taken_out_of_a_group_there_loses_its_roles_without_signing_in_again(Engine engine)
    {
        await using var directory = await DirectoryServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(engine);
        await MakeAsync(installation, directory);
        await InAsync(installation, "mara@acme.example", "the word of mara");
        Assert.Single(await RolesAsync(installation));
        directory.TakeOutOf("cn=night shift,ou=groups,dc=acme,dc=example", Mara);
        Assert.Equal("Acme Directory: 1 asked, 0 signed out", await CheckAsync(installation));
        Assert.Empty(await RolesAsync(installation));
    }

    [Theory, Engines]
    public async Task Most_of_many_people_are_not_signed_out_at_once_because_that_is_a_mistake(Engine engine)
    {
        await using var directory = await DirectoryServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(engine);
        await MakeAsync(installation, directory);
        var source = (await installation.Get<SourceBook>().EnabledAsync(Stop))[0];
        await installation.WritePath.RunAsync<Done>(new Command("test.people", Actor.System, new { }), async scope =>
        {
            for (byte number = 1; number <= 11; number++)
            {
                var (person, _) = await PersonBook.FindOrAddAsync(scope, new NewPerson($"p{number}@acme.example"));
                person.SourceId = source.Id;
                scope.Db.UserLogins.Add(new IdentityUserLogin<long> { LoginProvider = $"directory:{source.Id}", ProviderKey = Guid.Empty.ToString()[..^2] + number.ToString("x2", null), UserId = person.Id });
                scope.Db.Sessions.Add(new Session { KeyHash = [number], PersonId = person.Id, SealedTicket = [1], ExpiresAt = TestInstallation.Start.AddYears(9) });
            }

            return Verdict.Done;
        }, Stop);
        Assert.Contains("no longer finds 11 of 11 people, nobody was signed out", await CheckAsync(installation), StringComparison.Ordinal);
        await using var db = installation.Database.Read();
        Assert.Equal(11, await db.Sessions.CountAsync(Stop));
    }

    [Theory, Engines]
    public async Task Passwords_that_are_kept_there_or_were_kept_here_are_refused_with_the_way_to_take_instead(Engine engine)
    {
        await using var directory = await DirectoryServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(engine, settings => settings with { Security = settings.Security with { PasswordGrant = true } });
        var account = await MakeAsync(installation, directory);
        await InAsync(installation, "mara@acme.example", "the word of mara");
        Assert.Contains("not taken here: people use authorization_code, programs client_credentials", await GrantAsync(installation, account, "the word of mara"), StringComparison.Ordinal);

        // One that lay here once no longer counts: not in a browser, not for a program, and a new one is not offered.
        const string Old = "four words make one";
        var person = await PersonAsync(installation, "mara@acme.example");
        await installation.Database.WriteAsync(
            async db => (await db.Users.FirstAsync(row => row.Id == person.Id, Stop)).PasswordHash = new PasswordHasher<Person>().HashPassword(person, Old), Stop);
        var refused = await SignInAsync(new FormBrowser(installation), "mara@acme.example", Old);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains(
            "sign in with the password that they have there", WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        Assert.Contains("not taken here", await GrantAsync(installation, account, Old), StringComparison.Ordinal);
        var input = new RenewPasswordLink.Input(person.Id);
        var link = await installation.Get<RenewPasswordLink>().HandleAsync(new Command(RenewPasswordLink.Name, Actor.System, input) { Accounts = [account.Id] }, input, Stop);
        Assert.Contains("signs in through “Acme Directory”", link.Refusal!.Detail, StringComparison.Ordinal);
    }

    private static async Task<TestAccount> MakeAsync(TestInstallation installation, DirectoryServer directory)
    {
        var account = await installation.People.AccountAsync();
        var input = new SaveSource.Input(SourceKind.Directory, "Acme Directory", ["acme.example"]) { CreatesPeople = true, Directory = directory.Options };
        var source = (await installation.Get<SaveSource>().HandleAsync(new Command(SaveSource.Create, Actor.System, input), input, DirectoryServer.SearcherPassword, Stop)).Value.Id;
        var role = new ChangeSourceRoles.Input("operations", account.Domain, Role.SmartAccountUser) { SourceId = source };
        Assert.True((await installation.Get<ChangeSourceRoles>().AddAsync(new Command(ChangeSourceRoles.Add, Actor.System, role), role, Stop)).IsOk);
        return account;
    }

    private static Task<string> CheckAsync(TestInstallation installation) => installation.Get<CheckDirectories>().RunAsync(Stop);

    private static async Task<FormBrowser> InAsync(TestInstallation installation, string email, string password)
    {
        var browser = new FormBrowser(installation);
        Assert.Equal(HttpStatusCode.SeeOther, (await SignInAsync(browser, email, password)).StatusCode);
        return browser;
    }

    private static Task<HttpResponseMessage> SignInAsync(FormBrowser browser, string email, string password) =>
        browser.PostAsync("/sign-in", "/sign-in", new() { ["email"] = email, ["password"] = password });

    private static async Task<Person> PersonAsync(TestInstallation installation, string email)
    {
        await using var db = installation.Database.Read();
        return await db.Users.SingleAsync(person => person.Email == email, Stop);
    }

    private static async Task<IReadOnlyList<Grant>> RolesAsync(TestInstallation installation) =>
        (await installation.Get<ActorSource>().PersonAsync((await PersonAsync(installation, "mara@acme.example")).Id, Stop))!.Grants;

    /// <summary>A program acts for her.</summary>
    private static async Task<string> TokenAsync(TestInstallation installation, TestAccount account, string email)
    {
        using var program = await installation.People.ApiAsync(account);
        await using var db = installation.Database.Read(account.Id);
        var token = await installation.Get<BearerTokens>().IssueAsync(
            await db.ApiClients.FirstAsync(Stop), [ApiScope.Read], (await PersonAsync(installation, email)).Id, Stop);
        Assert.NotNull(await installation.Get<BearerTokens>().FindAsync(token.Text, Stop));
        return token.Text;
    }

    /// <summary>Why the password grant does not let Mara in.</summary>
    private static async Task<string> GrantAsync(TestInstallation installation, TestAccount account, string password)
    {
        var input = new CreateApiClient.Input($"Program {password.Length}", [ApiScope.Read], [new CreateApiClient.ClientGrant(Role.SmartAccountUser)]);
        var client = (await installation.Get<CreateApiClient>().HandleAsync(new Command(CreateApiClient.Name, Actor.System, input) { Accounts = [account.Id] }, input, Stop)).Value;
        using var http = installation.NewClient();
        using var answer = await http.PostAsync("/oauth/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "password", ["client_id"] = client.ClientId, ["client_secret"] = client.ClientSecret!, ["username"] = "mara@acme.example", ["password"] = password,
        }), Stop);
        var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (answer.StatusCode, error.GetProperty("error").GetString()));
        return error.GetProperty("error_description").GetString()!;
    }
}
