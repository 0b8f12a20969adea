using System.Net;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

/// <summary>The operator's settings of sign-in sources, over the API and on the page.</summary>
[Trait("Feature", "AP-04")]
public sealed class SourceTests
{
    private const string Api = "/api/v1/operator/sign-in-sources";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_source_is_made_shown_changed_and_removed_and_its_secret_is_never_shown(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        await installation.People.AccountAsync();
        using var api = await installation.People.OperatorApiAsync();
        var made = await api.PostJsonAsync(Api, new { source = OpenId("Acme", "Acme.Example"), secret = "hush hush hush" });
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var path = $"{Api}/{made.Id}";
        var shown = await api.GetJsonAsync(path);
        Assert.Equal("acme.example", shown.Json.GetProperty("mailDomains")[0].GetString());
        Assert.True(shown.Json.GetProperty("hasSecret").GetBoolean());
        Assert.DoesNotContain("hush", shown.Json.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await api.PostJsonAsync(Api, new { source = OpenId("Other", "acme.example") })).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await api.PostJsonAsync(Api, new { source = OpenId("ACME", "else.example") })).Status);

        // A secret that is left out stays.
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync(HttpMethod.Put, path, new { source = OpenId("Acme Login", "acme.example") })).Status);
        Assert.True((await api.GetJsonAsync(path)).Json.GetProperty("hasSecret").GetBoolean());

        // A dry run tells what would change, never the secret.
        var changed = await api.CallAsync(HttpMethod.Put, $"{path}?dryRun=true", new { source = OpenId("Acme", "acme.example", "b.example"), secret = "another one" });
        Assert.Equal(
            ["name: Acme Login to Acme", "mailDomains: acme.example to acme.example b.example", "secret: to another one"],
            changed.Json.GetProperty("changes").EnumerateArray().Select(line => line.GetString()));
        var same = await api.CallAsync(HttpMethod.Put, $"{path}?dryRun=true", new { source = OpenId("Acme Login", "ACME.example"), secret = "hush hush hush" });
        Assert.Empty(same.Json.GetProperty("changes").EnumerateArray());
        var role = await api.PostJsonAsync($"{path}/roles", new { groupName = "heads", account = "acme.example", role = "SmartAccountAdministrator" });
        Assert.Equal(HttpStatusCode.Created, role.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostJsonAsync($"{path}/roles", new { groupName = "x", account = "acme.example", role = "VirtualAccountUser", virtualAccount = "None" })).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await api.PostJsonAsync($"{path}/roles", new { groupName = "x", account = "acme.example", role = "VirtualAccountUser" })).Status);

        using var client = installation.NewClient();
        using var staff = TestActors.As(client, TestActors.Staff(OperatorRole.LicensingAdministrator));
        Assert.Contains("Acme Login", await staff.GetStringAsync(new Uri("/operator/sign-in", UriKind.Relative), Stop), StringComparison.Ordinal);
        var page = await staff.GetStringAsync(new Uri($"/operator/sign-in/{made.Id}", UriKind.Relative), Stop);
        Assert.Contains($"http://localhost/sign-in/with/{made.Id}/callback", page, StringComparison.Ordinal);
        Assert.Contains("heads", page, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, $"{path}/roles/{role.Id}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetJsonAsync(path)).Status);
    }

    [Theory, Engines]
    public async Task Settings_that_cannot_work_or_would_open_a_door_are_turned_down_at_their_field(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        using var api = await installation.People.OperatorApiAsync();
        await RefusedAsync(new { kind = "OpenId", name = "", mailDomains = Acme, openId = new { issuer = "https://i.example", clientId = "c" } }, "Name");
        await RefusedAsync(OpenId("No domain"), "MailDomains");
        await RefusedAsync(OpenId("Not a domain", "acme"), "MailDomains");
        await RefusedAsync(new { kind = "OpenId", name = "n", mailDomains = Acme, openId = new { issuer = "http://i.example", clientId = "c" } }, "Issuer");
        await RefusedAsync(new { kind = "OpenId", name = "n", mailDomains = Acme, openId = new { issuer = "i", clientId = "c" } }, "Issuer");
        await RefusedAsync(new { kind = "OpenId", name = "n", mailDomains = Acme, openId = new { issuer = "https://i.example", clientId = "c", scopes = "email" } }, "Scopes");
        await RefusedAsync(new { kind = "OpenId", name = "n", mailDomains = Acme }, "Kind");
        await RefusedAsync(new { kind = "Directory", name = "n", mailDomains = Acme, directory = new { hosts = new[] { "dc.example" }, userBase = "dc=x", encryption = "None" } }, "Encryption");
        await RefusedAsync(new { kind = "Directory", name = "n", mailDomains = Acme, directory = new { hosts = new[] { "dc.example" }, userBase = "dc=x", userFilter = "(mail=*)" } }, "UserFilter");
        await RefusedAsync(new { kind = "Directory", name = "n", mailDomains = Acme, directory = new { hosts = new[] { "a b" }, userBase = "dc=x" } }, "Hosts");

        async Task RefusedAsync(object source, string field)
        {
            var answer = await api.PostJsonAsync(Api, new { source });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
            Assert.Contains(field, answer.Json.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    private static readonly string[] Acme = ["acme.example"];

    private static object OpenId(string name, params string[] domains) =>
        new { kind = "OpenId", name, mailDomains = domains, openId = new { issuer = "https://login.acme.example", clientId = "purser" } };
}
