using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.People.Sources;
using Purser.Server.People.Sources.Ldap;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People.Ldap;

[Trait("Feature", "AP-04")]
public sealed class DirectoryTests
{
    private const string Password = "the word of mara";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_password_of_the_directory_opens_and_its_groups_in_groups_give_roles(Engine engine)
    {
        await using var directory = await DirectoryServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(engine);
        await installation.People.AccountAsync();
        var source = await MakeAsync(installation, directory.Options);
        await GiveAsync(installation, source, "Operations", Role.SmartAccountUser);
        await GiveAsync(installation, source, "cn=night shift,ou=groups,dc=acme,dc=example", Role.SmartAccountApprover);
        var browser = new FormBrowser(installation);
        Assert.Equal("/accounts/acme.example/alerts", (await SignInAsync(browser, "Mara@acme.example", Password)).Headers.Location!.ToString());

        await using var db = installation.Database.Read();
        var mara = await db.Users.SingleAsync(Stop);
        Assert.Equal(("Mara Lind", "mara@acme.example", source), (mara.DisplayName, mara.Email, mara.SourceId));
        Assert.Null(mara.PasswordHash);
        var grants = await db.RoleGrants.Where(grant => grant.PersonId == mara.Id).Select(grant => grant.Role).ToListAsync(Stop);
        Assert.Equal([Role.SmartAccountApprover, Role.SmartAccountUser], grants.Order());
        Assert.Contains("kept and changed there", await (await browser.GetAsync("/me")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task What_is_typed_is_a_name_and_never_a_filter_or_an_empty_password(Engine engine)
    {
        await using var directory = await DirectoryServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(engine);
        await MakeAsync(installation, directory.Options);
        var browser = new FormBrowser(installation);
        foreach (var name in new[] { "*@acme.example", "mar*@acme.example", "mara@acme.example)(uid=*", "x)(|(uid=mara)@acme.example", "\\2a@acme.example", "nobody@acme.example", "twin@acme.example" })
        {
            Assert.Contains("password is wrong", await RefusedAsync(browser, name, Password), StringComparison.Ordinal);
        }

        Assert.Contains("password is wrong", await RefusedAsync(browser, "mara@acme.example", ""), StringComparison.Ordinal);
        Assert.Contains("password is wrong", await RefusedAsync(browser, "mara@acme.example", "*"), StringComparison.Ordinal);

        // A place in the directory full of signs that mean something in filters finds its groups all the same.
        var source = await installation.Get<SourceBook>().ForMailAsync("pat@acme.example", Stop);
        var pat = (await installation.Get<DirectoryDoor>().AskAsync(source!, "pat@acme.example", "the word of pat", Stop)).Value!;
        Assert.Equal("O'Hara, Pat (night)*\\", pat.DisplayName);
        Assert.Contains("night shift", pat.Groups!);
        Assert.Contains("everybody", pat.Groups!);
    }

    [Theory, Engines]
    public async Task A_directory_that_is_away_or_does_not_believe_this_server_is_told_without_telling_more(Engine engine)
    {
        await using var directory = await DirectoryServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(engine);
        var source = await MakeAsync(installation, directory.Options);
        var browser = new FormBrowser(installation);
        Assert.Equal(HttpStatusCode.SeeOther, (await SignInAsync(browser, "mara@acme.example", Password)).StatusCode);

        await directory.PauseAsync();
        var words = await RefusedAsync(browser, "mara@acme.example", Password);
        Assert.Contains("“Acme Directory”, where your password is kept, cannot be asked just now", words, StringComparison.Ordinal);
        Assert.DoesNotContain(directory.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), words, StringComparison.Ordinal);
        Assert.Contains("None of the servers answers", (await installation.Get<CheckSource>().HandleAsync(source, Stop)).Refusal!.Detail, StringComparison.Ordinal);
        await directory.ResumeAsync();
        Assert.Contains("groups too", (await installation.Get<CheckSource>().HandleAsync(source, Stop)).Value.Found, StringComparison.Ordinal);

        await ChangeAsync(installation, source, directory.Options, "another word");
        words = await RefusedAsync(browser, "mara@acme.example", Password);
        Assert.Contains("cannot be asked just now", words, StringComparison.Ordinal);
        Assert.DoesNotContain("cn=purser", words, StringComparison.Ordinal);
        Assert.Contains("name or password to search with is wrong", (await installation.Get<CheckSource>().HandleAsync(source, Stop)).Refusal!.Detail, StringComparison.Ordinal);
        await ChangeAsync(installation, source, directory.Options with { UserBase = "ou=nowhere,dc=acme,dc=example" }, DirectoryServer.SearcherPassword);
        Assert.Contains("There is nothing at", (await installation.Get<CheckSource>().HandleAsync(source, Stop)).Refusal!.Detail, StringComparison.Ordinal);

        // Its certificate is believed only where its authority is known.
        await ChangeAsync(installation, source, directory.Options with { CertificateFolder = "" }, DirectoryServer.SearcherPassword);
        Assert.Contains("encryption", (await installation.Get<CheckSource>().HandleAsync(source, Stop)).Refusal!.Detail, StringComparison.Ordinal);
        await ChangeAsync(installation, source, directory.Options with { Port = directory.TlsPort, Encryption = DirectoryEncryption.Tls }, DirectoryServer.SearcherPassword);
        Assert.Equal(HttpStatusCode.SeeOther, (await SignInAsync(browser, "mara@acme.example", Password)).StatusCode);
    }

    [Theory, Engines]
    public async Task Wrong_passwords_lock_the_sign_in_here_before_the_directory_is_asked_again(Engine engine)
    {
        await using var directory = await DirectoryServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(
            engine, settings => settings with { Security = settings.Security with { LockoutAttempts = 2, PasswordGrant = true } });
        await MakeAsync(installation, directory.Options);
        var browser = new FormBrowser(installation);
        Assert.Equal(HttpStatusCode.SeeOther, (await SignInAsync(browser, "mara@acme.example", Password)).StatusCode);
        await RefusedAsync(browser, "mara@acme.example", "wrong");
        Assert.Equal(HttpStatusCode.SeeOther, (await SignInAsync(browser, "mara@acme.example", Password)).StatusCode);
        await RefusedAsync(browser, "mara@acme.example", "wrong");
        await RefusedAsync(browser, "mara@acme.example", "wrong");
        Assert.Contains("password is wrong", await RefusedAsync(browser, "mara@acme.example", Password), StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Names_that_are_not_known_here_are_locked_as_well_and_nobody_can_tell(Engine engine)
    {
        await using var directory = await DirectoryServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(engine, settings => settings with { Security = settings.Security with { LockoutAttempts = 2 } });
        await MakeAsync(installation, directory.Options);
        var browser = new FormBrowser(installation);
        var first = await RefusedAsync(browser, "mara@acme.example", "wrong");
        await RefusedAsync(browser, "MARA@acme.example", "wrong too");
        Assert.Equal(Alert(first), Alert(await RefusedAsync(browser, "mara@acme.example", Password)));
        Assert.Equal(HttpStatusCode.SeeOther, (await SignInAsync(browser, "pat@acme.example", "the word of pat")).StatusCode);

        static string Alert(string html) => html[html.IndexOf("password is wrong", StringComparison.Ordinal)..].Split('<')[0];
    }

    [Theory, Engines]
    public async Task Of_several_addresses_the_typed_one_counts_and_what_is_no_address_or_name_is_not_taken(Engine engine)
    {
        await using var directory = await DirectoryServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(engine);
        await MakeAsync(installation, directory.Options);
        var browser = new FormBrowser(installation);
        Assert.Equal(HttpStatusCode.SeeOther, (await SignInAsync(browser, "lea.two@acme.example", "the word of lea")).StatusCode);
        Assert.Contains("cannot be asked just now", await RefusedAsync(browser, "no mail@acme.example", "the word of nomail"), StringComparison.Ordinal);
        await using var db = installation.Database.Read();
        var lea = await db.Users.SingleAsync(Stop);
        Assert.Equal(("lea.two@acme.example", "lea.two@acme.example"), (lea.Email, lea.DisplayName));
    }

    [Fact]
    public void Signs_of_filters_are_escaped() => Assert.Equal(@"(a=\28\29\2a\5c\00ü)", LdapFilter.With("(a={x})", "{x}", "()*\\\0ü"));

    private static async Task<long> MakeAsync(TestInstallation installation, DirectoryOptions options)
    {
        var input = InputOf(options);
        var saved = await installation.Get<SaveSource>().HandleAsync(new Command(SaveSource.Create, Actor.System, input), input, DirectoryServer.SearcherPassword, Stop);
        return saved.Value.Id;
    }

    private static async Task ChangeAsync(TestInstallation installation, long source, DirectoryOptions options, string secret)
    {
        var input = InputOf(options) with { SourceId = source };
        Assert.True((await installation.Get<SaveSource>().HandleAsync(new Command(SaveSource.Edit, Actor.System, input), input, secret, Stop)).IsOk);
    }

    private static SaveSource.Input InputOf(DirectoryOptions options) =>
        new(SourceKind.Directory, "Acme Directory", ["acme.example"]) { CreatesPeople = true, Directory = options };

    private static async Task GiveAsync(TestInstallation installation, long source, string group, Role role)
    {
        var input = new ChangeSourceRoles.Input(group, "acme.example", role) { SourceId = source };
        Assert.True((await installation.Get<ChangeSourceRoles>().AddAsync(new Command(ChangeSourceRoles.Add, Actor.System, input), input, Stop)).IsOk);
    }

    private static Task<HttpResponseMessage> SignInAsync(FormBrowser browser, string email, string password) =>
        browser.PostAsync("/sign-in", "/sign-in", new() { ["email"] = email, ["password"] = password });

    private static async Task<string> RefusedAsync(FormBrowser browser, string email, string password)
    {
        var answer = await SignInAsync(browser, email, password);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
    }
}
