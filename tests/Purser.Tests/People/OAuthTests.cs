using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

public sealed class OAuthTests
{
    private const string Password = "four words make one";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task All_spellings_at_all_addresses_give_a_token_that_works(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (id, secret) = await ClientAsync(installation, await installation.People.AccountAsync());
        using var http = installation.NewClient();
        var pairs = $"client_id={id}&client_secret={secret}&grant_type=client_credentials";
        foreach (var address in new[] { "/oauth/token", "/backend/oauth/token", "/as/token.oauth2", "/oauth2/default/v1/token" })
        {
            await WorksAsync(installation, await http.PostAsync(address, Form(pairs), Stop));
            await WorksAsync(installation, await http.PostAsync(address, Form($"client_id={id}&&client_secret={secret}&grant_type=client_credentials&"), Stop));
            await WorksAsync(installation, await http.PostAsync($"{address}?{pairs}", null, Stop));
            await WorksAsync(installation, await http.PostAsync($"{address}?{pairs}", new StringContent("", Encoding.UTF8, "application/json"), Stop));
            var json = JsonSerializer.Serialize(new { client_id = id, client_secret = secret, grant_type = "client_credentials" });
            await WorksAsync(installation, await http.PostAsync(address, new StringContent(json, Encoding.UTF8, "application/json"), Stop));
            using var basic = new HttpRequestMessage(HttpMethod.Post, address) { Content = Form("grant_type=client_credentials") };
            basic.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")));
            await WorksAsync(installation, await http.SendAsync(basic, Stop));
        }
    }

    [Theory, Engines]
    public async Task Failures_have_the_published_forms(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (id, secret) = await ClientAsync(installation, await installation.People.AccountAsync());
        Assert.Equal((401, "invalid_client"), await AskAsync(installation, $"client_id={id}&client_secret=wrong&grant_type=client_credentials"));
        Assert.Equal((401, "invalid_client"), await AskAsync(installation, $"client_id=nobody&client_secret={secret}&grant_type=client_credentials"));
        Assert.Equal((401, "invalid_client"), await AskAsync(installation, "grant_type=client_credentials"));
        Assert.Equal((400, "unsupported_grant_type"), await AskAsync(installation, $"client_id={id}&client_secret={secret}&grant_type=device_code"));
        Assert.Equal((400, "invalid_request"), await AskAsync(installation, $"client_id={id}&client_secret={secret}&grant_type=refresh_token"));
        Assert.Equal((400, "invalid_grant"), await AskAsync(installation, $"client_id={id}&client_secret={secret}&grant_type=refresh_token&refresh_token=guessed"));
        Assert.Equal((400, "invalid_request"), await AskAsync(installation, $"client_id={id}&client_secret={secret}&grant_type=authorization_code&redirect_uri=https://app.example/"));
        Assert.Equal((400, "unsupported_grant_type"), await AskAsync(installation, $"client_id={id}&client_secret={secret}&grant_type=password&username=a&password=b"));
        Assert.Equal((400, "invalid_request"), await AskAsync(installation, $"client_id={id}&client_secret={secret}"));
        Assert.Equal((400, "invalid_request"), await AskAsync(installation, "{", "application/json"));
        Assert.Equal((400, "invalid_request"), await AskAsync(installation, "[]", "application/json"));
        Assert.Equal((400, "invalid_request"), await AskAsync(installation, new string('x', 20_000)));
        Assert.Equal((400, "invalid_scope"), await AskAsync(installation, $"client_id={id}&client_secret={secret}&grant_type=client_credentials&scope=Manage"));
        Assert.Equal((200, ""), await AskAsync(installation, $"client_id={id}&client_secret={secret}&grant_type=client_credentials&scope=read"));
    }

    [Theory, Engines]
    public async Task Many_failures_close_the_door_for_a_while(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (id, _) = await ClientAsync(installation, await installation.People.AccountAsync());
        for (var attempt = 0; attempt < 10; attempt++)
        {
            Assert.Equal((401, "invalid_client"), await AskAsync(installation, $"client_id={id}&client_secret=wrong&grant_type=client_credentials"));
        }

        Assert.Equal((429, "slow_down"), await AskAsync(installation, $"client_id={id}&client_secret=wrong&grant_type=client_credentials"));
    }

    [Theory, Engines]
    public async Task By_password_a_client_acts_as_the_person_in_its_own_account_only(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(
            engine, settings => settings with { Security = settings.Security with { PasswordGrant = true, LockoutAttempts = 3 } });
        var account = await installation.People.AccountAsync("mine.example");
        var other = await installation.People.AccountAsync("other.example");
        var (id, secret) = await ClientAsync(installation, account);
        var email = await PersonAsync(installation, account, other);
        var asked = $"client_id={id}&client_secret={secret}&grant_type=password&username={Uri.EscapeDataString(email)}&password=";
        using var http = installation.NewClient();
        var answer = await http.PostAsync("/oauth/token", Form(asked + Uri.EscapeDataString(Password)), Stop);
        http.DefaultRequestHeaders.Authorization = await WorksAsync(installation, answer);
        Assert.NotEmpty(JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("refresh_token").GetString()!);
        Assert.Equal("mine.example", Assert.Single((await http.GetJsonAsync("/api/v1/accounts")).Items).GetProperty("domain").GetString());

        for (var attempt = 0; attempt < 3; attempt++)
        {
            Assert.Equal((400, "invalid_grant"), await AskAsync(installation, asked + "wrong"));
        }

        // Locked: the right password does not help now.
        Assert.Equal((400, "invalid_grant"), await AskAsync(installation, asked + Uri.EscapeDataString(Password)));
    }

    [Theory, Engines]
    public async Task A_revoked_client_gets_nothing_and_its_tokens_end(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var (id, secret) = await ClientAsync(installation, account);
        var pairs = $"client_id={id}&client_secret={secret}&grant_type=client_credentials";
        using var http = installation.NewClient();
        http.DefaultRequestHeaders.Authorization = await WorksAsync(installation, await http.PostAsync("/oauth/token", Form(pairs), Stop));
        await using (var db = installation.Database.Read())
        {
            var number = (await db.ApiClientDirectory.SingleAsync(row => row.ClientId == id, Stop)).ApiClientId;
            var command = new Command(RevokeApiClient.Name, Actor.System, new RevokeApiClient.Input(number)) { Accounts = [account.Id] };
            Assert.True((await installation.Get<RevokeApiClient>().HandleAsync(command, new RevokeApiClient.Input(number), Stop)).IsOk);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetJsonAsync("/api/v1/accounts")).Status);
        Assert.Equal((401, "invalid_client"), await AskAsync(installation, pairs));
    }

    private static async Task<(string Id, string Secret)> ClientAsync(TestInstallation installation, TestAccount account)
    {
        var input = new CreateApiClient.Input("Robot", [ApiScope.Read, ApiScope.Write], [new CreateApiClient.ClientGrant(Role.SmartAccountUser)]);
        var made = await installation.Get<CreateApiClient>().HandleAsync(
            new Command(CreateApiClient.Name, Actor.System, input) { Accounts = [account.Id] }, input, Stop);
        return (made.Value.ClientId, made.Value.ClientSecret!);
    }

    /// <summary>A person with a password and a role in every account given.</summary>
    private static async Task<string> PersonAsync(TestInstallation installation, params TestAccount[] accounts)
    {
        const string email = "jo@people.example";
        string? path = null;
        foreach (var account in accounts)
        {
            var input = new AddPerson.Input(email, Role.SmartAccountUser);
            var added = await installation.Get<AddPerson>().HandleAsync(new Command(AddPerson.Name, Actor.System, input) { Accounts = [account.Id] }, input, Stop);
            path = added.Value.SetPasswordPath ?? path;
        }

        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(path![path!.IndexOf('?', StringComparison.Ordinal)..]);
        await installation.WithAsync<SetPassword>(async set => Assert.True(
            (await set.ByLinkAsync(long.Parse(query["person"]!, System.Globalization.CultureInfo.InvariantCulture), query["code"]!, Password, Stop)).IsOk));
        return email;
    }

    private static StringContent Form(string pairs) => new(pairs, Encoding.UTF8, "application/x-www-form-urlencoded");

    private static async Task<AuthenticationHeaderValue> WorksAsync(TestInstallation installation, HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
        Assert.Equal(3600, json.GetProperty("expires_in").GetInt32());
        var header = new AuthenticationHeaderValue(json.GetProperty("token_type").GetString()!, json.GetProperty("access_token").GetString());
        using var http = installation.NewClient();
        http.DefaultRequestHeaders.Authorization = header;
        Assert.Equal(HttpStatusCode.OK, (await http.GetJsonAsync("/api/v1/accounts")).Status);
        return header;
    }

    private static async Task<(int Status, string Error)> AskAsync(TestInstallation installation, string body, string type = "application/x-www-form-urlencoded")
    {
        using var http = installation.NewClient();
        var answer = await http.PostAsync("/oauth/token", new StringContent(body, Encoding.UTF8, type), Stop);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
        return ((int)answer.StatusCode, json.TryGetProperty("error", out var error) ? error.GetString()! : "");
    }
}
