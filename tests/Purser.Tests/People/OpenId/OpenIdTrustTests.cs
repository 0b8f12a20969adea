using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Purser.Server.Commands;
using Purser.Server.People.Sources;
using Purser.Server.People.Sources.OpenId;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People.OpenId;

/// <summary>What is not the provider's word, is somebody else's, or comes at another time, is not believed; keys may change.</summary>
[Trait("Feature", "AP-04")]
public sealed class OpenIdTrustTests
{
    [Theory, Engines]
    public async Task Keys_are_fetched_anew_when_a_token_names_one_that_is_not_known(Engine engine)
    {
        await using var estate = await OpenIdEstate.StartAsync(engine);
        Assert.Equal(HttpStatusCode.SeeOther, (await estate.SignInAsync()).StatusCode);
        await estate.Provider.SetAsync(new { newKey = true });
        Assert.Equal(HttpStatusCode.SeeOther, (await estate.SignInAsync()).StatusCode);

        // Not more often than once a minute, whatever comes.
        await estate.Provider.SetAsync(new { newKey = true });
        Assert.Contains("signed with a key that it does not publish", await estate.RefusedAsync(), StringComparison.Ordinal);
        estate.Clock.Offset += TimeSpan.FromSeconds(61);
        Assert.Equal(HttpStatusCode.SeeOther, (await estate.SignInAsync()).StatusCode);
    }

    [Theory, Engines]
    public async Task A_token_for_another_audience_sign_in_or_time_or_of_another_signer_is_turned_down_in_clear_words(Engine engine)
    {
        await using var estate = await OpenIdEstate.StartAsync(engine);
        await LieAsync(new { claims = new { aud = "somebody-else" } }, "answered for another application");
        await LieAsync(new { claims = new { aud = new[] { "purser", "somebody-else" } } }, "answered for another application");
        await LieAsync(new { claims = new { nonce = "of another sign-in" } }, "belongs to another sign-in");
        await LieAsync(new { claims = new { iss = "https://somebody.else" } }, "names another issuer");
        await LieAsync(new { signer = "stranger" }, "is not signed by it");
        await LieAsync(new { signer = "secret" }, "“Acme Login”");
        await LieAsync(new { signer = "none" }, "“Acme Login”");
        await estate.Provider.SetAsync(new { lie = (object?)null });
        Assert.Equal(HttpStatusCode.SeeOther, (await estate.SignInAsync()).StatusCode);

        async Task LieAsync(object lie, string words)
        {
            await estate.Provider.SetAsync(new { lie });
            Assert.Contains(words, await estate.RefusedAsync(), StringComparison.Ordinal);
        }
    }

    [Theory, Engines]
    public async Task Clocks_may_differ_by_two_minutes_and_the_difference_is_told(Engine engine)
    {
        await using var estate = await OpenIdEstate.StartAsync(engine);
        estate.Clock.Offset = TimeSpan.FromSeconds(-100);
        Assert.Equal(HttpStatusCode.SeeOther, (await estate.SignInAsync()).StatusCode);
        estate.Clock.Offset = TimeSpan.FromMinutes(-30);
        Assert.Matches("differ by about (29|30) minutes", await estate.RefusedAsync());
        estate.Clock.Offset = TimeSpan.FromHours(5);
        Assert.Matches("differ by about (299|300) minutes", await estate.RefusedAsync());
    }

    [Theory, Engines]
    public async Task A_provider_that_is_away_is_told_and_shuts_nobody_else_out(Engine engine)
    {
        await using var estate = await OpenIdEstate.StartAsync(engine);
        var browser = new FormBrowser(estate.Installation);
        var back = await estate.GoAsync(browser);
        await estate.Provider.DisposeAsync();
        Assert.Contains("cannot be reached just now", await OpenIdEstate.WordsAsync(await browser.GetAsync(back)), StringComparison.Ordinal);

        // Its addresses are forgotten after half a day; then not even the way there is known.
        estate.Clock.Offset = TimeSpan.FromHours(13);
        Assert.Contains("cannot be reached just now", await OpenIdEstate.WordsAsync(await browser.GetAsync(OpenIdForms.Link(estate.SourceId, ""))), StringComparison.Ordinal);
        var found = await estate.Installation.Get<CheckSource>().HandleAsync(estate.SourceId, TestContext.Current.CancellationToken);
        Assert.Contains("cannot be reached", found.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task A_provider_that_did_not_answer_is_left_alone_for_half_a_minute_but_for_the_operator(Engine engine)
    {
        await using var estate = await OpenIdEstate.StartAsync(engine);
        await using var nothing = new WrongNumber();
        var input = new SaveSource.Input(SourceKind.OpenId, "Away", ["away.example"]) { OpenId = new OpenIdOptions(nothing.Address, "purser") };
        var saved = await estate.Installation.Get<SaveSource>().HandleAsync(new Command(SaveSource.Create, Actor.System, input), input, "secret", TestContext.Current.CancellationToken);
        await TryAsync(calls: 1);
        await TryAsync(calls: 1);
        Assert.False((await estate.Installation.Get<CheckSource>().HandleAsync(saved.Value.Id, TestContext.Current.CancellationToken)).IsOk);
        await TryAsync(calls: 2);
        estate.Clock.Offset += TimeSpan.FromSeconds(31);
        await TryAsync(calls: 3);

        async Task TryAsync(int calls)
        {
            var answer = await new FormBrowser(estate.Installation).GetAsync(OpenIdForms.Link(saved.Value.Id, ""));
            Assert.Contains("“Away” cannot be reached just now", await OpenIdEstate.WordsAsync(answer), StringComparison.Ordinal);
            Assert.Equal(calls, nothing.Calls);
        }
    }

    [Theory]
    [InlineData("https://login.example", "https://login.example/a", "https://login.example/t", "https://login.example/u", true)]
    [InlineData("https://login.example", "https://login.example/a", "https://api.other.example/t", "", true)]
    [InlineData("https://login.example", "http://login.example/a", "https://login.example/t", "", false)]
    [InlineData("https://login.example", "https://login.example/a", "http://login.example/t", "", false)]
    [InlineData("https://login.example", "https://login.example/a", "https://login.example/t", "http://login.example/u", false)]
    [InlineData("https://login.example", "https://login.example/a", "http://localhost/t", "", false)]
    [InlineData("https://login.example", "https://login.example/a", "/t", "", false)]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080/a", "http://localhost:8080/t", "http://[::1]/u", true)]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080/a", "http://login.example/t", "", false)]
    public void No_address_of_a_provider_is_in_the_clear(string issuer, string authorization, string token, string userInfo, bool isOk)
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        foreach (var keys in new[] { authorization, isOk ? authorization : "https://login.example/keys" })
        {
            var configuration = new OpenIdConnectConfiguration { Issuer = issuer, AuthorizationEndpoint = authorization, TokenEndpoint = token, UserInfoEndpoint = userInfo, JwksUri = keys };
            configuration.SigningKeys.Add(new RsaSecurityKey(key));
            Assert.Equal(isOk, OpenIdMetadata.Problem("Acme", issuer, configuration) is null);
        }

        var clear = new OpenIdConnectConfiguration { Issuer = issuer, AuthorizationEndpoint = "https://a.example", TokenEndpoint = "https://a.example", JwksUri = "http://a.example/keys" };
        clear.SigningKeys.Add(new RsaSecurityKey(key));
        Assert.Contains("“http://a.example/keys”", OpenIdMetadata.Problem("Acme", issuer, clear)!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"sub":"m","iat":1000,"exp":2000,"nonce":"n"}""", null)]
    [InlineData("""{"sub":"m","iat":1000,"exp":2000,"nonce":"n","azp":"purser"}""", null)]
    [InlineData("""{"sub":"m","iat":1000,"exp":2000,"nonce":"n","azp":"other"}""", "audience differs")]
    [InlineData("""{"sub":"m","iat":1000,"exp":2000}""", "nonce differs")]
    [InlineData("""{"iat":1000,"exp":2000,"nonce":"n"}""", "not complete")]
    [InlineData("""{"sub":"m","iat":1000,"nonce":"n"}""", "not complete")]
    [InlineData("""{"sub":"m","iat":1121,"exp":2000,"nonce":"n"}""", "clocks")]
    [InlineData("""{"sub":"m","iat":1120,"exp":2000,"nonce":"n"}""", null)]
    [InlineData("""{"sub":"m","iat":500,"exp":880,"nonce":"n"}""", "clocks")]
    [InlineData("""{"sub":"m","iat":500,"exp":881,"nonce":"n"}""", null)]
    public void Each_claim_of_a_token_is_judged(string claims, string? words)
    {
        var expected = new IdToken.Expected("Acme", "https://issuer.example", "purser", "n", DateTimeOffset.FromUnixTimeSeconds(1000));
        var refusal = IdToken.Judge(new JsonWebToken("""{"alg":"ES256"}""", claims), expected);
        Assert.Equal(words is null, refusal is null);
        Assert.Contains(words ?? "", refusal?.Detail ?? "", StringComparison.Ordinal);
    }
}
