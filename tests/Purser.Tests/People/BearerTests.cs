using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.People.SignIn;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

public sealed class BearerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_bearer_token_opens_the_api_until_it_is_revoked(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/api/v1/accounts", Stop)).StatusCode);
        await installation.Database.WriteAsync(
            db => db.AccessTokens.ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, TestInstallation.Start), Stop), Stop);
        installation.Get<BearerTokens>().Forget();
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("/api/v1/accounts", Stop)).StatusCode);
    }

    [Theory, Engines]
    public async Task Without_a_token_or_with_a_wrong_one_the_api_is_closed(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        using var http = installation.NewClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/v1/accounts", Stop)).StatusCode);
        http.DefaultRequestHeaders.Add("Authorization", "bearer nonsense");
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/v1/accounts", Stop)).StatusCode);
    }
}
