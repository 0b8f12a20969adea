using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

[Trait("Feature", "AP-04")]
public sealed class ClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task An_administrator_makes_and_revokes_a_client(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var wanted = new { name = "Robot", scopes = new[] { "Read" }, grants = new[] { new { role = "SmartAccountUser" } }, expiresInDays = 30 };
        var made = await api.CallAsync(HttpMethod.Post, $"{account.Api}/clients", wanted, "key-1");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal(43, made.Json.GetProperty("clientSecret").GetString()!.Length);

        // The repetition gets the first answer, without the secret, which is nowhere kept.
        var repeated = await api.CallAsync(HttpMethod.Post, $"{account.Api}/clients", wanted, "key-1");
        Assert.Equal(made.Id, repeated.Id);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, repeated.Json.GetProperty("clientSecret").ValueKind);

        Assert.Equal(HttpStatusCode.OK, (await api.PostJsonAsync($"{account.Api}/clients/{made.Id}/secret")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/clients/{made.Id}")).Status);
        Assert.Equal("not-found", (await api.PostJsonAsync($"{account.Api}/clients/{made.Id}/secret")).Code);
        Assert.Contains((await api.GetJsonAsync($"{account.Api}/clients")).Items, item => item.GetProperty("name").GetString() == "Robot" && item.GetProperty("revokedAt").ValueKind != System.Text.Json.JsonValueKind.Null);
    }

    [Theory, Engines]
    public async Task A_client_gets_no_more_than_its_maker_has(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account, Role.SmartAccountAdministrator, null, ApiScope.Read, ApiScope.Manage);
        Assert.Equal("not-allowed", await MakeAsync(["Write"], "SmartAccountViewer"));
        Assert.Equal("not-allowed", await MakeAsync(["Read"], "SmartAccountUser"));
        Assert.Equal("", await MakeAsync(["Read"], "SmartAccountViewer"));
        Assert.Equal("invalid-input", await MakeAsync([], "SmartAccountViewer"));

        async Task<string> MakeAsync(string[] scopes, string role) =>
            (await api.PostJsonAsync($"{account.Api}/clients", new { name = "Robot", scopes, grants = new[] { new { role } } })).Code;
    }

    [Theory, Engines]
    public async Task A_new_secret_works_beside_the_old_one_for_the_chosen_time(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var made = await MakeAsync(api, account);
        var (first, clients) = (SecretOf(made), $"{account.Api}/clients/{made.Id}");
        Assert.Equal("invalid-input", (await api.PostJsonAsync($"{clients}/secret", new { overlapHours = 721 })).Code);
        Assert.Equal("invalid-input", (await api.PostJsonAsync($"{clients}/secret", new { overlapHours = -1 })).Code);
        Assert.Equal("not-found", (await api.CallAsync(HttpMethod.Delete, $"{clients}/previous-secret")).Code);

        var renewed = await api.PostJsonAsync($"{clients}/secret", new { overlapHours = 24 });
        var second = SecretOf(renewed);
        Assert.NotEqual(JsonValueKind.Null, renewed.Json.GetProperty("previousSecretEndsAt").ValueKind);
        Assert.Equal(JsonValueKind.Null, (await ShownAsync(api, account, made.Id)).GetProperty("previousUsedAt").ValueKind);
        var byFirst = await TokenAsync(installation, made, first);
        Assert.Equal(200, (await TokenAsync(installation, made, second)).Status);
        Assert.NotEqual(JsonValueKind.Null, (await ShownAsync(api, account, made.Id)).GetProperty("previousUsedAt").ValueKind);
        Assert.Equal(HttpStatusCode.OK, await UseAsync(installation, account, byFirst.Text));

        // Ended before its time: with what it got.
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, $"{clients}/previous-secret")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(installation, account, byFirst.Text));
        Assert.Contains("was replaced by a new one", (await TokenAsync(installation, made, first)).Text, StringComparison.Ordinal);
        var bySecond = await TokenAsync(installation, made, second);
        Assert.Equal(HttpStatusCode.OK, await UseAsync(installation, account, bySecond.Text));

        // By itself, when its time is over; and a third secret leaves the first one no life.
        var third = SecretOf(await api.PostJsonAsync($"{clients}/secret", new { overlapHours = 168 }));
        Assert.Equal(401, (await TokenAsync(installation, made, first)).Status);
        Assert.Equal(200, (await TokenAsync(installation, made, second)).Status);
        await SetAsync(installation, made.Id, set => set.SetProperty(row => row.PreviousSecretEndsAt, TimeProvider.System.GetUtcNow().AddSeconds(-1)));
        Assert.Equal(401, (await TokenAsync(installation, made, second)).Status);
        Assert.Equal(JsonValueKind.Null, (await ShownAsync(api, account, made.Id)).GetProperty("previousEndsAt").ValueKind);
        Assert.Equal(HttpStatusCode.OK, await UseAsync(installation, account, bySecond.Text));

        // Without such a time the old one ends at once, with all tokens.
        Assert.Equal(HttpStatusCode.OK, (await api.PostJsonAsync($"{clients}/secret")).Status);
        Assert.Equal(401, (await TokenAsync(installation, made, third)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(installation, account, bySecond.Text));
        await using var db = installation.Database.Read();
        Assert.Equal(4, await db.Events.CountAsync(row => row.AccountId == account.Id && row.Kind == "API Client Changed", Stop));
    }

    [Theory, Engines]
    public async Task What_was_got_by_an_old_secret_ends_with_it(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(
            engine, settings => settings with { Security = settings.Security with { AccessTokenSeconds = 7200 } });
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var made = await MakeAsync(api, account);
        var (first, secrets) = (SecretOf(made), $"{account.Api}/clients/{made.Id}/secret");
        var before = await TokenAsync(installation, made, first);
        var second = SecretOf(await api.PostJsonAsync(secrets, new { overlapHours = 1 }));
        installation.Machine.Offset += TimeSpan.FromMinutes(50);
        var during = await TokenAsync(installation, made, first);
        Assert.InRange(during.Lifetime, 1, 600);
        var bySecond = await TokenAsync(installation, made, second);
        Assert.InRange(bySecond.Lifetime, 7000, 7200);
        Assert.Equal(HttpStatusCode.OK, await UseAsync(installation, account, before.Text));
        Assert.Equal(HttpStatusCode.OK, await UseAsync(installation, account, during.Text));
        installation.Machine.Offset += TimeSpan.FromMinutes(11);
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(installation, account, before.Text));
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(installation, account, during.Text));
        Assert.Equal(HttpStatusCode.OK, await UseAsync(installation, account, bySecond.Text));

        // A third one while the first still works: that ends, and nobody knows what was got by it.
        api = await installation.People.ApiAsync(account);
        var third = SecretOf(await api.PostJsonAsync(secrets, new { overlapHours = 24 }));
        Assert.Equal(HttpStatusCode.OK, await UseAsync(installation, account, bySecond.Text));
        await api.PostJsonAsync(secrets, new { overlapHours = 24 });
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(installation, account, bySecond.Text));
        Assert.Equal(401, (await TokenAsync(installation, made, second)).Status);
        Assert.Equal(200, (await TokenAsync(installation, made, third)).Status);
    }

    [Theory, Engines]
    public async Task An_expired_client_is_told_so_and_lives_again_with_a_new_end(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var made = await MakeAsync(api, account);
        var token = await TokenAsync(installation, made, SecretOf(made));
        await SetAsync(installation, made.Id, set => set.SetProperty(row => row.ExpiresAt, TimeProvider.System.GetUtcNow().AddMinutes(10)));
        var late = await TokenAsync(installation, made, SecretOf(made));
        Assert.InRange(late.Lifetime, 1, 600);
        await SetAsync(installation, made.Id, set => set.SetProperty(row => row.ExpiresAt, TimeProvider.System.GetUtcNow().AddSeconds(-1)));
        installation.Get<Purser.Server.People.SignIn.BearerTokens>().Forget();
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(installation, account, token.Text));
        var refused = await TokenAsync(installation, made, SecretOf(made));
        Assert.Equal(401, refused.Status);
        Assert.Contains("The API client expired at", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("expired at", (await TokenAsync(installation, made, "guessed")).Text, StringComparison.Ordinal);

        Assert.Equal("invalid-input", (await api.PostJsonAsync($"{account.Api}/clients/{made.Id}/secret", new { expiresInDays = 0 })).Code);
        var renewed = await api.PostJsonAsync($"{account.Api}/clients/{made.Id}/secret", new { expiresInDays = 30 });
        Assert.Equal(200, (await TokenAsync(installation, made, SecretOf(renewed))).Status);
    }

    [Theory, Engines]
    public async Task Who_can_renew_it_is_told_once_before_a_client_expires(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        var administrator = await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        var api = await installation.People.ApiAsync(account);
        var made = await api.PostJsonAsync($"{account.Api}/clients", new { name = "Robot", scopes = new[] { "Read" }, grants = new[] { new { role = "SmartAccountUser" } }, expiresInDays = 10 });
        var staff = await installation.People.OperatorAsync();
        var operators = await installation.People.OperatorApiAsync();
        await operators.PostJsonAsync("/api/v1/operator/clients", new { name = "Deployer", scopes = new[] { "Read" }, role = "Support", expiresInDays = 3 });
        var job = installation.Get<TellClientEnds>();
        Assert.Equal("told of 2 that expire soon", await job.RunAsync(Stop));
        Assert.Equal("told of 0 that expire soon", await job.RunAsync(Stop));
        await using var db = installation.Database.Read();
        var subjects = await db.Mails.OrderBy(row => row.Id).Select(row => new { row.Subject, row.Recipient }).ToListAsync(Stop);
        Assert.Contains(subjects, mail => mail.Subject.StartsWith("The API client Robot expires", StringComparison.Ordinal) && mail.Recipient.StartsWith("smartaccountadministrator", StringComparison.Ordinal));
        Assert.Contains(subjects, mail => mail.Subject.StartsWith("The API client Deployer expires", StringComparison.Ordinal) && mail.Recipient.StartsWith("licensingadministrator", StringComparison.Ordinal));
        using var reader = TestActors.As(installation.NewClient(), await installation.People.ActorAsync(administrator.Id));
        Assert.Equal("ApiClientEnds", Assert.Single((await reader.GetJsonAsync("/api/v1/me/notifications")).Json.GetProperty("pending").EnumerateArray()).GetProperty("kind").GetString());

        // A new end is far away, so it does not wait for anybody any more.
        await api.PostJsonAsync($"{account.Api}/clients/{made.Id}/secret", new { overlapHours = 24, expiresInDays = 365 });
        Assert.Empty((await reader.GetJsonAsync("/api/v1/me/notifications")).Json.GetProperty("pending").EnumerateArray());
        Assert.True(await db.Events.AnyAsync(row => row.AccountId == account.Id && row.Kind == "API Client Expires", Stop));
        Assert.NotNull(staff);
    }

    [Theory, Engines]
    public async Task Clients_of_the_operator_get_new_secrets_in_the_same_way(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var api = await installation.People.OperatorApiAsync();
        var made = await api.PostJsonAsync("/api/v1/operator/clients", new { name = "Deployer", scopes = new[] { "Read" }, role = "Support" });
        var renewed = await api.PostJsonAsync($"/api/v1/operator/clients/{made.Id}/secret", new { overlapHours = 1 });
        Assert.Equal(200, (await TokenAsync(installation, made, SecretOf(made))).Status);
        Assert.Equal(200, (await TokenAsync(installation, made, SecretOf(renewed))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, $"/api/v1/operator/clients/{made.Id}/previous-secret")).Status);
        Assert.Equal(401, (await TokenAsync(installation, made, SecretOf(made))).Status);

        // Nobody reaches the operator's clients through a Smart Account.
        var account = await installation.People.AccountAsync();
        var customer = await installation.People.ApiAsync(account);
        Assert.Equal("not-found", (await customer.PostJsonAsync($"{account.Api}/clients/{made.Id}/secret", new { overlapHours = 1 })).Code);
        Assert.Equal("not-found", (await customer.CallAsync(HttpMethod.Delete, $"{account.Api}/clients/{made.Id}/previous-secret")).Code);
    }

    private static Task<ApiAnswer> MakeAsync(HttpClient api, TestAccount account) => api.PostJsonAsync(
        $"{account.Api}/clients", new { name = "Robot", scopes = new[] { "Read" }, grants = new[] { new { role = "SmartAccountUser" } }, expiresInDays = 30 });

    private static string SecretOf(ApiAnswer made) => made.Json.GetProperty("clientSecret").GetString()!;

    private static async Task<JsonElement> ShownAsync(HttpClient api, TestAccount account, long id) =>
        (await api.GetJsonAsync($"{account.Api}/clients")).Items.Single(item => item.GetProperty("id").GetInt64() == id).GetProperty("secrets");

    /// <summary>The access token, or the answer's words.</summary>
    private static async Task<(int Status, string Text, int Lifetime)> TokenAsync(TestInstallation installation, ApiAnswer client, string secret)
    {
        using var http = installation.NewClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials", ["client_id"] = client.Json.GetProperty("clientId").GetString()!, ["client_secret"] = secret,
        });
        using var answer = await http.PostAsync("/oauth/token", form, Stop);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
        return answer.IsSuccessStatusCode
            ? (200, json.GetProperty("access_token").GetString()!, json.GetProperty("expires_in").GetInt32())
            : ((int)answer.StatusCode, json.GetProperty("error_description").GetString()!, 0);
    }

    private static async Task<HttpStatusCode> UseAsync(TestInstallation installation, TestAccount account, string token)
    {
        using var http = installation.NewClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return (await http.GetJsonAsync($"{account.Api}/virtual-accounts")).Status;
    }

    private static Task SetAsync(TestInstallation installation, long id, Action<UpdateSettersBuilder<ApiClient>> set) =>
        installation.Database.WriteAsync(db => db.ApiClients.Where(row => row.Id == id).ExecuteUpdateAsync(set, Stop), Stop);
}
