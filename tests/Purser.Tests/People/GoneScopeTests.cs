using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Accounts;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

/// <summary>A virtual account is deleted while somebody has the form open in which it is chosen: whichever way the role would be given, it is refused in clear words.</summary>
[Trait("Feature", "SA-07")]
public sealed class GoneScopeTests
{
    private const string Wanted = "VirtualAccountUser";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_virtual_account_that_is_gone_takes_no_role(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        var operators = await installation.People.OperatorApiAsync();
        var oslo = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Oslo" })).Id;
        var person = (await api.PostJsonAsync($"{account.Api}/people", new { email = "a@acme.example", role = Wanted, virtualAccountId = account.DefaultVirtualAccountId })).Json;
        var group = (await api.PostJsonAsync($"{account.Api}/groups", new { name = "All", emails = new[] { "a@acme.example" } })).Id;
        using var asker = TestActors.As(installation.NewClient(), await new RequestWorld(installation).PersonAsync("new@acme.example"));
        var request = (await asker.PostJsonAsync("/api/v1/directory/access-requests", new { domain = account.Domain })).Id;
        var source = (await operators.PostJsonAsync("/api/v1/operator/sign-in-sources", new
        {
            source = new { kind = "OpenId", name = "Acme Login", mailDomains = new[] { "acme.example" }, openId = new { issuer = "https://login.acme.example", clientId = "purser" } },
        })).Id;
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, $"{account.Api}/virtual-accounts/{oslo}")).Status);

        var access = new { role = Wanted, virtualAccountIds = new[] { account.DefaultVirtualAccountId, oslo } };
        var personId = person.GetProperty("personId").GetInt64();
        await GoneAsync(api, HttpMethod.Post, $"{account.Api}/people", new { email = "b@acme.example", role = Wanted, virtualAccountId = oslo }, "no such virtual account");
        await GoneAsync(api, HttpMethod.Put, $"{account.Api}/people/roles/{person.GetProperty("grantId")}", new { role = Wanted, virtualAccountId = oslo }, "no such virtual account");
        await GoneAsync(api, HttpMethod.Post, $"{account.Api}/people/assign-access", new { personIds = new[] { personId }, access }, "not there any more. Choose again");
        await GoneAsync(api, HttpMethod.Post, $"{account.Api}/access-requests/{request}/approve", access, "not there any more. Choose again");
        await GoneAsync(api, HttpMethod.Post, $"{account.Api}/groups/{group}/roles", access, "not there any more. Choose again");
        await GoneAsync(api, HttpMethod.Put, $"{account.Api}/access-rules/acme.example", new { access }, "not there any more. Choose again");
        await GoneAsync(operators, HttpMethod.Post, $"/api/v1/operator/sign-in-sources/{source}/roles", new { groupName = "x", account = account.Domain, role = Wanted, virtualAccount = "Oslo" }, "Oslo");

        // What was chosen beside it is not given either.
        await using var db = installation.Database.Read(account.Id);
        Assert.Equal([account.DefaultVirtualAccountId], await db.RoleGrants.Where(row => row.VirtualAccountId != null).Select(row => row.VirtualAccountId!.Value).ToListAsync(Stop));
        Assert.Equal(1, await db.AccessRequests.CountAsync(row => row.State == AccessRequestState.Pending, Stop));
        Assert.Empty(await db.SourceRoles.ToListAsync(Stop));

        static async Task GoneAsync(HttpClient api, HttpMethod method, string path, object body, string words)
        {
            var answer = await api.CallAsync(method, path, body);
            Assert.Equal((path, "not-found"), (path, answer.Code));
            Assert.Contains(words, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory, Engines]
    public async Task Of_giving_a_role_there_and_deleting_it_at_once_no_role_is_left_over(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        for (var round = 0; round < 5; round++)
        {
            var place = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = string.Create(CultureInfo.InvariantCulture, $"Place {round}") })).Id;
            var answers = await Task.WhenAll(
                Task.Run(() => api.PostJsonAsync($"{account.Api}/people", new { email = string.Create(CultureInfo.InvariantCulture, $"p{round}@acme.example"), role = Wanted, virtualAccountId = place })),
                Task.Run(() => api.CallAsync(HttpMethod.Delete, $"{account.Api}/virtual-accounts/{place}")));
            Assert.Equal(HttpStatusCode.NoContent, answers[1].Status);
            Assert.Contains(answers[0].Status, new[] { HttpStatusCode.Created, HttpStatusCode.NotFound });
        }

        await using var db = installation.Database.Read(account.Id);
        Assert.False(await db.RoleGrants.AnyAsync(row => row.VirtualAccountId != null, Stop));
    }
}
