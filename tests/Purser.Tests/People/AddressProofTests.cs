using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.People.Sources;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Accounts;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

/// <summary>Anybody may write down an address; access rules answer only those who have shown that theirs is their own.</summary>
[Trait("Feature", "SA-10")]
public sealed class AddressProofTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_rule_waits_for_the_proof_that_is_mailed_and_answers_when_the_link_is_opened(Engine engine)
    {
        await using var installation = await StartAsync(engine, withMail: true);
        var account = await GuardedAsync(installation);
        var somebody = await new RequestWorld(installation).PersonAsync("ceo@acme.example");
        Assert.Equal("Pending", await AskAsync(installation, somebody));
        var waiting = Assert.Single((await account.Api.GetJsonAsync($"{account.Account.Api}/access-requests?state=Pending")).Items);
        Assert.False(waiting.GetProperty("isAddressProven").GetBoolean());
        await using var db = installation.Database.Read();
        Assert.True(await db.Events.AnyAsync(row => row.AccountId == account.Account.Id && row.Kind == "Access Rule Waits", Stop));

        var code = LinkIn(await MailAsync(installation, "ceo@acme.example", "Confirm your address"), AddressLink.Path).Code;
        var confirm = installation.Get<ConfirmAddress>();
        Assert.Equal(RefusalCode.SignInFailed, (await confirm.HandleAsync(somebody.Id, "guessed", Stop)).Refusal!.Code);
        Assert.Equal(RefusalCode.SignInFailed, (await confirm.HandleAsync(somebody.Id + 1, code, Stop)).Refusal!.Code);
        Assert.Equal(1, (await confirm.HandleAsync(somebody.Id, code, Stop)).Value.Approved);
        Assert.Equal(RefusalCode.SignInFailed, (await confirm.HandleAsync(somebody.Id, code, Stop)).Refusal!.Code);
        Assert.True((await installation.People.ActorAsync(somebody.Id)).May(Permission.LicenseView, account.Account.Id));
    }

    [Theory, Engines]
    public async Task Choosing_a_password_by_the_link_that_went_to_the_address_proves_it(Engine engine)
    {
        await using var installation = await StartAsync(engine, withMail: true);
        await GuardedAsync(installation);
        var other = await installation.People.AccountAsync("other.example");
        await (await installation.People.ApiAsync(other)).PostJsonAsync($"{other.Api}/people", new { email = "ceo@acme.example", role = "SmartAccountUser" });
        Assert.Equal("Approved", await AskAsync(installation, await installation.People.ChoosePasswordAsync(await installation.People.PasswordLinkAsync("ceo@acme.example"))));
    }

    [Theory, Engines]
    public async Task The_word_of_a_source_proves_the_addresses_that_it_answers_for(Engine engine)
    {
        await using var installation = await StartAsync(engine, withMail: false);
        await GuardedAsync(installation);
        var operators = await installation.People.OperatorApiAsync();
        var made = await operators.PostJsonAsync("/api/v1/operator/sign-in-sources", new
        {
            source = new { kind = "OpenId", name = "Acme", mailDomains = new[] { "acme.example" }, createsPeople = true, openId = new { issuer = "https://i.example", clientId = "c" } },
        });
        var source = (await installation.Get<SourceBook>().FindAsync(made.Id, Stop))!;
        var admitted = await installation.Get<AdmitPerson>().HandleAsync(source, new SourcePerson("https://i.example", "7", "new@acme.example", "New", null), Stop);
        Assert.Equal("Approved", await AskAsync(installation, await installation.People.ActorAsync(admitted.Value.Id)));
    }

    private static Task<TestInstallation> StartAsync(Engine engine, bool withMail) => TestInstallation.StartAsync(
        engine, settings => withMail ? settings with { Mail = new MailSettings { Host = "127.0.0.1", Port = 9 } } : settings, TestActors.Allow);

    /// <summary>acme.example with an administrator and a rule for its own mail domain.</summary>
    private static async Task<(TestAccount Account, HttpClient Api)> GuardedAsync(TestInstallation installation)
    {
        var account = await installation.People.AccountAsync();
        await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        var api = await installation.People.ApiAsync(account);
        Assert.Equal(
            HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Put, $"{account.Api}/access-rules/acme.example", new { access = new { role = "SmartAccountViewer" } })).Status);
        return (account, api);
    }

    private static async Task<string?> AskAsync(TestInstallation installation, Actor person)
    {
        using var http = TestActors.As(installation.NewClient(), person);
        return (await http.PostJsonAsync("/api/v1/directory/access-requests", new { domain = "acme.example" })).Json.GetProperty("state").GetString();
    }

    private static async Task<string> MailAsync(TestInstallation installation, string recipient, string subject)
    {
        await using var db = installation.Database.Read();
        var id = await db.Mails.Where(row => row.Recipient == recipient && row.Subject.StartsWith(subject)).OrderByDescending(row => row.Id).Select(row => row.Id).FirstAsync(Stop);
        return (await installation.Get<ListMail>().FindAsync(id, Stop))!.Text!;
    }

    private static (long Person, string Code) LinkIn(string text, string path)
    {
        var link = text[text.IndexOf(path, StringComparison.Ordinal)..].Split('\n')[0];
        var query = QueryHelpers.ParseQuery(link[link.IndexOf('?', StringComparison.Ordinal)..]);
        return (long.Parse(query["person"]!, CultureInfo.InvariantCulture), query["code"]!);
    }
}
