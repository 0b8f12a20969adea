using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.People.Sources;
using Purser.Server.People.Sources.OpenId;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People.OpenId;

/// <summary>acme.example, whose people sign in at a provider; Mara sits at the browser.</summary>
internal sealed class OpenIdEstate : IAsyncDisposable
{
    public required IdentityProvider Provider { get; init; }

    public required TestInstallation Installation { get; init; }

    public required TestAccount Account { get; init; }

    public required long SourceId { get; init; }

    public required MovableClock Clock { get; init; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<OpenIdEstate> StartAsync(Engine engine, bool createsPeople = true, bool replacesPasswords = false)
    {
        var clock = new MovableClock();
        var provider = await IdentityProvider.StartAsync();
        var installation = await TestInstallation.StartAsync(engine, adjust: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var account = await installation.People.AccountAsync();
        var input = new SaveSource.Input(SourceKind.OpenId, "Acme Login", ["acme.example"])
        {
            CreatesPeople = createsPeople,
            ReplacesPasswords = replacesPasswords,
            OpenId = new OpenIdOptions(provider.Issuer, IdentityProvider.ClientId) { Scopes = "openid profile email groups", GroupsClaim = "groups" },
        };
        var saved = await installation.Get<SaveSource>().HandleAsync(new Command(SaveSource.Create, Actor.System, input), input, IdentityProvider.Secret, Stop);
        await provider.SetAsync(new { redirectUris = new[] { FormBrowser.Origin + OpenIdDoor.CallbackPath(saved.Value.Id) } });
        var estate = new OpenIdEstate { Provider = provider, Installation = installation, Account = account, SourceId = saved.Value.Id, Clock = clock };
        await estate.SitsThereAsync("mara", new { name = "Mara Lind", email = "mara@acme.example", email_verified = true, groups = Array.Empty<string>() });
        return estate;
    }

    public Task SitsThereAsync(string subject, object claims) =>
        Provider.SetAsync(new { account = subject, people = new Dictionary<string, object> { [subject] = claims } });

    /// <summary>Begins and ends a sign-in: what the browser is answered when it is sent back.</summary>
    public async Task<HttpResponseMessage> SignInAsync(FormBrowser? browser = null, string returnUrl = "")
    {
        browser ??= new FormBrowser(Installation);
        return await browser.GetAsync(await GoAsync(browser, returnUrl));
    }

    /// <summary>Begins a sign-in: where the provider sends the browser back to.</summary>
    public async Task<string> GoAsync(FormBrowser browser, string returnUrl = "")
    {
        var sent = await browser.GetAsync(OpenIdForms.Link(SourceId, returnUrl));
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        return await Provider.FollowAsync(sent.Headers.Location!);
    }

    /// <summary>The words with which a sign-in is turned down.</summary>
    public async Task<string> RefusedAsync() => await WordsAsync(await SignInAsync());

    public static async Task<string> WordsAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
    }

    public async Task<long> InviteAsync(string email, Role role = Role.SmartAccountUser)
    {
        var input = new AddPerson.Input(email, role);
        return (await Installation.Get<AddPerson>().HandleAsync(new Command(AddPerson.Name, Actor.System, input) { Accounts = [Account.Id] }, input, Stop)).Value.PersonId;
    }

    public async Task<Person> PersonAsync(string email)
    {
        await using var db = Installation.Database.Read();
        return await db.Users.SingleAsync(person => person.Email == email, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await Installation.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
