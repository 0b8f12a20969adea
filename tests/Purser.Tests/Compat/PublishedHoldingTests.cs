using System.Net;
using System.Text.Json;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Compat;

/// <summary>A partner's holding account through the published API: orders lie there, nothing is activated (domain rules 12.1).</summary>
[Trait("Feature", "SA-02")]
[Trait("Feature", "AP-02")]
public sealed class PublishedHoldingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Nothing_is_activated_and_the_reason_is_told_in_the_published_form(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await HoldingAsync(installation);
        using var http = await installation.People.ApiAsync(account);
        foreach (var client in new[]
        {
            PublishedClient.OnCloud(http, account.Domain), PublishedClient.OnPrem(http, "Partner Holding Inc", "/backend/api/v1"), PublishedClient.OnPrem(http, "Partner Holding Inc", "/api/v1"),
        })
        {
            await RefusedAsync(client, client.At("Default", "tokens"), new { description = "For a device", expiresAfterDays = 30 });
            Assert.Empty((await client.GetAsync(client.At("Default", "tokens"))).GetProperty("tokens").EnumerateArray());
            Assert.Equal(0, (await client.GetAsync(client.At("Default", "devices"))).GetProperty("totalRecords").GetInt32());
        }
    }

    [Theory, Engines]
    public async Task It_is_addressed_and_searched_by_its_type(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await HoldingAsync(installation);
        using var http = await installation.People.ApiAsync(account);
        var client = PublishedClient.OnCloud(http, account.Domain);
        var holding = client.VirtualAccounts.Replace("customer", "holding", StringComparison.Ordinal);
        Assert.Equal("Default", (await client.GetAsync(holding)).GetProperty("virtualAccounts")[0].GetProperty("name").GetString(), ignoreCase: true);
        using var wrong = await client.RawAsync(HttpMethod.Get, client.VirtualAccounts);
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
        Assert.Equal("HOLDING", (await client.GetAsync($"{PublishedClient.Cloud}/v2/accounts")).GetProperty("accounts")[0].GetProperty("accountType").GetString(), ignoreCase: true);
    }

    private static async Task RefusedAsync(PublishedClient client, string address, object body)
    {
        using var answer = await client.RawAsync(HttpMethod.Post, address, JsonSerializer.Serialize(body));
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "ERROR"), (answer.StatusCode, json.GetProperty("status").GetString()));
        Assert.Contains("holding account", json.GetProperty("statusMessage").GetString(), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<TestAccount> HoldingAsync(TestInstallation installation)
    {
        var input = new CreateAccount.Input("Partner Holding Inc", "holding.partner.example") { Type = AccountType.PartnerHolding };
        var made = (await installation.Get<CreateAccount>().HandleAsync(new Command(CreateAccount.Name, Actor.System, input), input, Stop)).Value;
        return new TestAccount(made.Id, made.Domain, made.DefaultVirtualAccountId);
    }
}
