using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.People.Sources;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

/// <summary>A program with a person in front of it (API reference 2.2): consent, code, token, user info, refresh.</summary>
[Trait("Feature", "AP-02")]
public sealed class AuthorizationCodeTests
{
    private const string Password = "four words make one";
    private const string Back = "https://dashboard.example/back?place=1";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_person_allows_a_program_which_then_acts_for_her(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var scene = await SceneAsync(installation);
        var asked = scene.Ask("/as/authorization.oauth2", ("scope", "openid read"), ("state", "a b&c"));
        var moved = await scene.Browser.GetAsync(asked);
        Assert.Equal(HttpStatusCode.Redirect, moved.StatusCode);
        var page = await scene.Browser.GetAsync(moved.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("form-action 'self' https://dashboard.example;", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("Dashboard", await page.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        var answer = await scene.AnswerAsync(asked, "allow");
        var back = QueryHelpers.ParseQuery(answer.Query);
        Assert.Equal(("dashboard.example", "1", "a b&c"), (answer.Host, back["place"].ToString(), back["state"].ToString()));
        var granted = await scene.TokenAsync(("grant_type", "authorization_code"), ("code", back["code"].ToString()), ("redirect_uri", Back));
        Assert.Equal("Read", granted.GetProperty("scope").GetString());

        using var program = installation.NewClient();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", granted.GetProperty("access_token").GetString());
        var info = JsonDocument.Parse(await (await program.PostAsync("/idp/userinfo.openid", null, Stop)).Content.ReadAsStringAsync(Stop)).RootElement;
        Assert.Equal("jo@acme.example", info.GetProperty("email").GetString());
        Assert.Equal(HttpStatusCode.OK, (await program.GetJsonAsync("/api/v1/accounts/acme.example/virtual-accounts")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await program.PostAsync("/api/v1/accounts/acme.example/tokens", new StringContent("{}", Encoding.UTF8, "application/json"), Stop)).StatusCode);

        await using var db = installation.Database.Read();
        var last = await db.Events.OrderByDescending(row => row.Seq).FirstAsync(Stop);
        Assert.Equal(("The user \"Jo\" allowed the API client \"Dashboard\" to act for her or him.", "Jo"), (last.Message, last.ActorName));
    }

    [Theory, Engines]
    public async Task A_refresh_token_gives_the_next_one_and_a_stolen_one_ends_all(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var scene = await SceneAsync(installation);
        var first = await scene.TokenAsync(("grant_type", "authorization_code"), ("code", await scene.CodeAsync()), ("redirect_uri", Back));
        var second = await scene.RefreshAsync(first);
        var third = await scene.RefreshAsync(second);
        Assert.Equal(3, new[] { first, second, third }.Select(granted => granted.GetProperty("refresh_token").GetString()).Distinct().Count());
        Assert.True(await scene.WorksAsync(third));

        Assert.Equal("invalid_grant", (await scene.RefreshAsync(second)).GetProperty("error").GetString());
        Assert.Equal("invalid_grant", (await scene.RefreshAsync(third)).GetProperty("error").GetString());
        Assert.False(await scene.WorksAsync(third));
    }

    [Theory, Engines]
    public async Task Of_somebody_who_signs_in_at_a_provider_all_refresh_tokens_end_when_the_first_would(Engine engine)
    {
        var clock = new MovableClock();
        await using var installation = await TestInstallation.StartAsync(engine, adjust: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var scene = await SceneAsync(installation);
        var first = await scene.RedeemAsync(await scene.CodeAsync());
        clock.Offset += TimeSpan.FromDays(20);
        var own = await scene.RefreshAsync(first);
        clock.Offset += TimeSpan.FromDays(20);
        own = await scene.RefreshAsync(own);
        Assert.True(await scene.WorksAsync(own));

        // From now on nobody here would notice that she has left.
        var input = new SaveSource.Input(SourceKind.OpenId, "Acme Login", ["acme.example"]) { OpenId = new OpenIdOptions("https://login.acme.example", "purser") };
        var source = (await installation.Get<SaveSource>().HandleAsync(new Command(SaveSource.Create, Actor.System, input), input, secret: null, Stop)).Value.Id;
        await installation.Database.WriteAsync(db => db.Users.ExecuteUpdateAsync(set => set.SetProperty(person => person.SourceId, (long?)source), Stop), Stop);
        clock.Offset += TimeSpan.FromDays(20);
        var hers = await scene.RefreshAsync(own);
        Assert.True(await scene.WorksAsync(hers));
        clock.Offset += TimeSpan.FromDays(11);
        Assert.Equal("invalid_grant", (await scene.RefreshAsync(hers)).GetProperty("error").GetString());
    }

    [Theory, Engines]
    public async Task A_code_is_good_once_for_its_own_client_and_address_and_answers_its_challenge(Engine engine)
    {
        var clock = new MovableClock();
        await using var installation = await TestInstallation.StartAsync(engine, adjust: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var scene = await SceneAsync(installation);
        var code = await scene.CodeAsync();
        Assert.True(await scene.WorksAsync(await scene.RedeemAsync(code)));
        Assert.Equal("invalid_grant", (await scene.RedeemAsync(code)).GetProperty("error").GetString());
        Assert.Equal("invalid_grant", (await scene.RedeemAsync("guessed")).GetProperty("error").GetString());
        Assert.Equal("invalid_grant", (await scene.RedeemAsync(await scene.CodeAsync(), ("redirect_uri", "https://dashboard.example/"))).GetProperty("error").GetString());

        var late = await scene.CodeAsync();
        clock.Offset += TimeSpan.FromSeconds(61);
        Assert.Equal("invalid_grant", (await scene.RedeemAsync(late)).GetProperty("error").GetString());

        const string verifier = "a-verifier-that-only-the-program-knows-0123456789";
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        (string, string)[] challenged = [("code_challenge", challenge), ("code_challenge_method", "S256")];
        Assert.Equal("invalid_grant", (await scene.RedeemAsync(await scene.CodeAsync(challenged))).GetProperty("error").GetString());
        Assert.True(await scene.WorksAsync(await scene.RedeemAsync(await scene.CodeAsync(challenged), ("code_verifier", verifier))));
    }

    [Theory, Engines]
    public async Task Nobody_is_sent_where_the_client_is_not_registered(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var scene = await SceneAsync(installation);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await scene.Browser.GetAsync(scene.Ask("/authorize", ("redirect_uri", "https://evil.example/")))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Browser.GetAsync(scene.Ask("/authorize", ("client_id", "unknown")))).StatusCode);
        Assert.Equal("?place=1&error=unsupported_response_type", (await scene.Browser.GetAsync(scene.Ask("/authorize", ("response_type", "token")))).Headers.Location!.Query);
        Assert.Equal("?place=1&error=invalid_scope", (await scene.Browser.GetAsync(scene.Ask("/authorize", ("scope", "Manage")))).Headers.Location!.Query);
        Assert.Equal("?place=1&error=access_denied", (await scene.AnswerAsync(scene.Ask("/authorize"), "no")).Query);
        var strange = await new FormBrowser(installation).GetAsync(scene.Ask("/authorize"));
        Assert.StartsWith("/sign-in?returnUrl=%2Fauthorize%3Fclient_id", strange.Headers.Location!.ToString(), StringComparison.Ordinal);

        // Somebody without a role where the program works.
        var other = await installation.People.AccountAsync("other.example");
        var stranger = await installation.People.PersonAsync(other, Role.SmartAccountUser);
        using var browser = await installation.BrowserAsync(stranger);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(scene.Ask("/authorize"), Stop)).StatusCode);

        foreach (var bad in new[] { "http://dashboard.example/", "https://dashboard.example/#part", "javascript:alert(1)", "/back" })
        {
            var input = new CreateApiClient.Input("Bad", [ApiScope.Read], [new(Role.SmartAccountUser)]) { RedirectUris = [bad] };
            Assert.False((await installation.Get<CreateApiClient>().HandleAsync(new Command(CreateApiClient.Name, Actor.System, input) { Accounts = [scene.Account.Id] }, input, Stop)).IsOk);
        }
    }

    [Theory, Engines]
    public async Task A_new_password_or_a_revoked_client_ends_what_was_allowed(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var scene = await SceneAsync(installation);
        var granted = await scene.RedeemAsync(await scene.CodeAsync());
        Assert.Equal(HttpStatusCode.SeeOther, (await scene.Browser.PostAsync("/me", "/me/password", new() { ["present"] = Password, ["password"] = "five words make one more" })).StatusCode);
        Assert.False(await scene.WorksAsync(granted));
        Assert.Equal("invalid_grant", (await scene.RefreshAsync(granted)).GetProperty("error").GetString());

        var (again, waiting) = (await scene.RedeemAsync(await scene.CodeAsync()), await scene.CodeAsync());
        var input = new RotateApiClient.Input(scene.Client.Id);
        Assert.True((await installation.Get<RotateApiClient>().HandleAsync(new Command(RotateApiClient.Name, Actor.System, input) { Accounts = [scene.Account.Id] }, input, Stop)).IsOk);
        Assert.False(await scene.WorksAsync(again));
        await using var db = installation.Database.Read();
        Assert.NotEmpty(waiting);
        Assert.Equal(0, await db.Delegations.CountAsync(Stop));
    }

    /// <summary>An account, Jo signed in to her browser, and a dashboard that sends her to be asked.</summary>
    private static async Task<Scene> SceneAsync(TestInstallation installation)
    {
        var account = await installation.People.AccountAsync();
        var person = new AddPerson.Input("jo@acme.example", Role.SmartAccountUser) { DisplayName = "Jo" };
        var path = (await installation.Get<AddPerson>().HandleAsync(new Command(AddPerson.Name, Actor.System, person) { Accounts = [account.Id] }, person, Stop)).Value.SetPasswordPath!;
        var browser = new FormBrowser(installation);
        var fields = QueryHelpers.ParseQuery(path[path.IndexOf('?', StringComparison.Ordinal)..]).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        await browser.PostAsync(path, "/set-password", new(fields) { ["password"] = Password });

        var input = new CreateApiClient.Input("Dashboard", [ApiScope.Read, ApiScope.Write], [new(Role.SmartAccountViewer)]) { RedirectUris = [Back] };
        var client = await installation.Get<CreateApiClient>().HandleAsync(new Command(CreateApiClient.Name, Actor.System, input) { Accounts = [account.Id] }, input, Stop);
        return new Scene(installation, account, browser, client.Value);
    }

    private sealed record Scene(TestInstallation Installation, TestAccount Account, FormBrowser Browser, CreateApiClient.Answer Client)
    {
        public string Ask(string address, params (string Name, string Value)[] more)
        {
            var query = new Dictionary<string, string?> { ["client_id"] = Client.ClientId, ["response_type"] = "code", ["redirect_uri"] = Back };
            foreach (var (name, value) in more)
            {
                query[name] = value;
            }

            return QueryHelpers.AddQueryString(address, query);
        }

        /// <summary>Where the person's answer leads.</summary>
        public async Task<Uri> AnswerAsync(string asked, string answer)
        {
            var fields = QueryHelpers.ParseQuery(asked[asked.IndexOf('?', StringComparison.Ordinal)..]).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
            var done = await Browser.PostAsync("/me", "/authorize", new(fields) { ["answer"] = answer });
            Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
            return done.Headers.Location!;
        }

        public async Task<string> CodeAsync(params (string Name, string Value)[] more) =>
            QueryHelpers.ParseQuery((await AnswerAsync(Ask("/authorize", more), "allow")).Query)["code"].ToString();

        public Task<JsonElement> RedeemAsync(string code, params (string Name, string Value)[] more) =>
            TokenAsync([("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Back), .. more]);

        public Task<JsonElement> RefreshAsync(JsonElement granted) =>
            TokenAsync(("grant_type", "refresh_token"), ("refresh_token", granted.GetProperty("refresh_token").GetString()!));

        public async Task<JsonElement> TokenAsync(params (string Name, string Value)[] pairs)
        {
            var form = new Dictionary<string, string> { ["client_id"] = Client.ClientId, ["client_secret"] = Client.ClientSecret! };
            foreach (var (name, value) in pairs)
            {
                form[name] = value;
            }

            using var http = Installation.NewClient();
            var answer = await http.PostAsync("/as/token.oauth2", new FormUrlEncodedContent(form), Stop);
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
        }

        public async Task<bool> WorksAsync(JsonElement granted)
        {
            using var http = Installation.NewClient();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", granted.GetProperty("access_token").GetString());
            return (await http.GetJsonAsync("/api/v1/accounts")).Status == HttpStatusCode.OK;
        }
    }

    private sealed class MovableClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
    }
}
