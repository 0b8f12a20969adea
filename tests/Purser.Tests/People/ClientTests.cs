using System.Net;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

public sealed class ClientTests
{
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
}
