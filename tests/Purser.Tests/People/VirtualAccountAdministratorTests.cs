using System.Net;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

/// <summary>A Virtual Account Administrator rules what lies below the own virtual account, never above or beside it (domain rules 12.3).</summary>
[Trait("Feature", "SA-08")]
public sealed class VirtualAccountAdministratorTests
{
    [Theory, Engines]
    public async Task Nested_virtual_accounts_and_their_people_below_the_own_one_only(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var nordic = await MakeAsync(api, "Nordic", null);
        var oslo = await MakeAsync(api, "Oslo", nordic);
        var bergen = await MakeAsync(api, "Bergen", nordic);
        var she = await installation.People.ApiAsync(account, Role.VirtualAccountAdministrator, oslo);

        var harbour = await MakeAsync(she, "Harbour", oslo);
        var quay = await MakeAsync(she, "Quay", harbour);
        Assert.Equal("not-allowed", (await she.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Top" })).Code);
        Assert.Equal("not-allowed", (await she.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Beside", parentId = nordic })).Code);
        Assert.Equal("not-allowed", (await she.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Next door", parentId = bergen })).Code);
        Assert.Equal("not-allowed", (await she.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Nowhere", parentId = 4711 })).Code);

        Assert.Equal(HttpStatusCode.OK, (await PutAsync($"virtual-accounts/{quay}/parent", new { parentId = oslo })).Status);
        Assert.Equal("not-allowed", (await PutAsync($"virtual-accounts/{quay}/parent", new { parentId = (long?)null })).Code);
        Assert.Equal("not-allowed", (await PutAsync($"virtual-accounts/{quay}/parent", new { parentId = bergen })).Code);
        Assert.Equal("not-allowed", (await PutAsync($"virtual-accounts/{oslo}/parent", new { parentId = (long?)null })).Code);
        Assert.Equal("not-allowed", (await she.CallAsync(HttpMethod.Delete, $"{account.Api}/virtual-accounts/{oslo}")).Code);
        Assert.Equal("not-allowed", (await she.CallAsync(HttpMethod.Delete, $"{account.Api}/virtual-accounts/{bergen}")).Code);

        Assert.Equal("", await AddAsync("VirtualAccountAdministrator", quay));
        Assert.Equal("", await AddAsync("VirtualAccountUser", oslo));
        Assert.Equal("not-allowed", await AddAsync("VirtualAccountUser", nordic));
        Assert.Equal("not-allowed", await AddAsync("VirtualAccountViewer", bergen));
        Assert.Equal("not-allowed", await AddAsync("SmartAccountViewer", null));
        Assert.Equal(2, (await she.GetJsonAsync($"{account.Api}/people")).Items.Count);
        Assert.Equal(["Harbour", "Oslo", "Quay"], (await she.GetJsonAsync($"{account.Api}/virtual-accounts")).Items.Select(row => row.GetProperty("name").GetString()));
        Assert.Equal(HttpStatusCode.NoContent, (await she.CallAsync(HttpMethod.Delete, $"{account.Api}/virtual-accounts/{harbour}")).Status);

        async Task<long> MakeAsync(HttpClient by, string name, long? parentId)
        {
            var made = await by.PostJsonAsync($"{account.Api}/virtual-accounts", new { name, parentId });
            Assert.Equal(HttpStatusCode.Created, made.Status);
            return made.Id;
        }

        Task<ApiAnswer> PutAsync(string path, object body) => she.CallAsync(HttpMethod.Put, $"{account.Api}/{path}", body);

        async Task<string> AddAsync(string role, long? virtualAccountId) =>
            (await she.PostJsonAsync($"{account.Api}/people", new { email = $"{role}{virtualAccountId}@acme.example", role, virtualAccountId })).Code;
    }
}
