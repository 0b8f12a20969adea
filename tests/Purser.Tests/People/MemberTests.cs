using System.Net;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

[Trait("Feature", "SA-08")]
public sealed class MemberTests
{
    [Theory, Engines]
    public async Task Somebody_is_added_changed_and_removed(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        var api = await installation.People.ApiAsync(account);
        var added = await api.PostJsonAsync($"{account.Api}/people", new { email = "jo@acme.example", displayName = "Jo", role = "SmartAccountUser" });
        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, added.Json.GetProperty("setPasswordPath").ValueKind);
        Assert.Contains("&code=", await installation.People.PasswordLinkAsync("jo@acme.example"), StringComparison.Ordinal);
        Assert.Equal("already-exists", (await api.PostJsonAsync($"{account.Api}/people", new { email = "JO@acme.example", role = "SmartAccountUser" })).Code);

        var grant = added.Json.GetProperty("grantId").GetInt64();
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Put, $"{account.Api}/people/roles/{grant}", new { role = "SmartAccountViewer" })).Status);
        var jo = Assert.Single((await api.GetJsonAsync($"{account.Api}/people?search=jo@")).Items);
        Assert.Equal("Smart Account Viewer", Assert.Single(jo.GetProperty("roles").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/people/{jo.GetProperty("personId").GetInt64()}")).Status);
        Assert.Empty((await api.GetJsonAsync($"{account.Api}/people?search=jo@")).Items);
    }

    [Theory, Engines]
    public async Task The_last_administrator_stays(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        var api = await installation.People.ApiAsync(account);
        var admin = Assert.Single((await api.GetJsonAsync($"{account.Api}/people")).Items);
        var grant = admin.GetProperty("roles")[0].GetProperty("grantId").GetInt64();
        Assert.Equal("last-administrator", (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/people/roles/{grant}")).Code);
        Assert.Equal("last-administrator", (await api.CallAsync(HttpMethod.Put, $"{account.Api}/people/roles/{grant}", new { role = "SmartAccountUser" })).Code);
        await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/people/roles/{grant}")).Status);
    }

    [Theory, Engines]
    public async Task Nobody_grants_beyond_her_own_reach(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var admin = await installation.People.ApiAsync(account);
        var own = (await admin.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Own" })).Id;
        var limited = await installation.People.ApiAsync(account, Role.VirtualAccountAdministrator, own);
        Assert.Equal("not-allowed", await AddAsync(limited, "SmartAccountViewer", null));
        Assert.Equal("not-allowed", await AddAsync(limited, "VirtualAccountViewer", account.DefaultVirtualAccountId));
        Assert.Equal("", await AddAsync(limited, "VirtualAccountUser", own));
        Assert.Equal("invalid-input", await AddAsync(admin, "VirtualAccountUser", null));
        Assert.Equal("invalid-input", await AddAsync(admin, "SmartAccountUser", own));

        await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        Assert.Single((await limited.GetJsonAsync($"{account.Api}/people")).Items);
        var writeOnly = await installation.People.ApiAsync(account, Role.SmartAccountAdministrator, null, ApiScope.Read, ApiScope.Write);
        Assert.Equal("not-allowed", await AddAsync(writeOnly, "SmartAccountUser", null));

        async Task<string> AddAsync(HttpClient api, string role, long? virtualAccountId) =>
            (await api.PostJsonAsync($"{account.Api}/people", new { email = $"{role}{virtualAccountId}@acme.example", role, virtualAccountId })).Code;
    }
}
