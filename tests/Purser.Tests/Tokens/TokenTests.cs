using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Tokens;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Tokens;

public sealed class TokenTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_text_has_the_published_shape_and_is_found_however_it_is_written()
    {
        var text = RegistrationTokenText.New(TestInstallation.Start);
        Assert.InRange(text.Length, 1, 255);
        var decoded = Uri.UnescapeDataString(text);
        Assert.Matches(
            @"^[0-9a-f-]{36}-\d{13}\|[A-Za-z0-9+/]{43}=$", Encoding.ASCII.GetString(Convert.FromBase64String(decoded)));
        Assert.Equal(RegistrationTokenText.HashOf(text), RegistrationTokenText.HashOf(decoded));
        Assert.Equal(RegistrationTokenText.HashOf(text), RegistrationTokenText.HashOf(decoded.Replace("\n", "", StringComparison.Ordinal)));
        Assert.Null(RegistrationTokenText.HashOf(""));
        Assert.Null(RegistrationTokenText.HashOf(new string('x', 256)));
    }

    [Theory, Engines]
    [Trait("Feature", "TK-01")]
    public async Task Tokens_are_made_in_several_virtual_accounts_at_once(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var other = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Other" })).Id;
        var wanted = new { virtualAccountIds = new[] { account.DefaultVirtualAccountId, other }, description = "Lab", maximumUses = 3, termsAccepted = true };
        var made = await api.CallAsync(HttpMethod.Post, $"{account.Api}/tokens", wanted, "once");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal(2, made.Json.GetProperty("tokens").GetArrayLength());
        var repeated = await api.CallAsync(HttpMethod.Post, $"{account.Api}/tokens", wanted, "once");
        Assert.Equal(made.Json.GetRawText(), repeated.Json.GetRawText());

        var item = Assert.Single((await api.GetJsonAsync($"{account.Api}/virtual-accounts/{other}/tokens")).Items);
        Assert.Equal(TestInstallation.Start.AddDays(30), item.GetProperty("expiresAt").GetDateTimeOffset());
        Assert.Equal(3, item.GetProperty("usesLeft").GetInt32());
        var viewer = await installation.People.ApiAsync(account, Role.VirtualAccountViewer, other);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, Assert.Single((await viewer.GetJsonAsync($"{account.Api}/tokens")).Items).GetProperty("token").ValueKind);
    }

    [Theory, Engines]
    [Trait("Feature", "TK-01")]
    public async Task What_a_token_must_not_be_is_refused(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var permitted = await installation.People.AccountAsync("permitted.example", exportPermitted: true);
        var theirs = await installation.People.AccountAsync("theirs.example");
        var api = await installation.People.ApiAsync(account);
        var va = new[] { account.DefaultVirtualAccountId };
        Assert.Equal("invalid-input", await MakeAsync(new { virtualAccountIds = va, termsAccepted = false }));
        Assert.Equal("invalid-input", await MakeAsync(new { virtualAccountIds = va, termsAccepted = true, expiresInDays = 0 }));
        Assert.Equal("invalid-input", await MakeAsync(new { virtualAccountIds = va, termsAccepted = true, expiresInDays = 366 }));
        Assert.Equal("invalid-input", await MakeAsync(new { virtualAccountIds = va, termsAccepted = true, maximumUses = 0 }));
        Assert.Equal("invalid-input", await MakeAsync(new { virtualAccountIds = Array.Empty<long>(), termsAccepted = true }));
        Assert.Equal("not-found", await MakeAsync(new { virtualAccountIds = new[] { theirs.DefaultVirtualAccountId }, termsAccepted = true }));
        Assert.Equal("export-not-permitted", await MakeAsync(new { virtualAccountIds = va, termsAccepted = true, exportControlled = true }));
        var allowed = await installation.People.ApiAsync(permitted);
        Assert.Equal(
            HttpStatusCode.Created,
            (await allowed.PostJsonAsync($"{permitted.Api}/tokens", new { virtualAccountIds = new[] { permitted.DefaultVirtualAccountId }, termsAccepted = true, exportControlled = true })).Status);

        async Task<string> MakeAsync(object wanted) => (await api.PostJsonAsync($"{account.Api}/tokens", wanted)).Code;
    }

    [Theory, Engines]
    [Trait("Feature", "TK-02")]
    public async Task A_token_is_downloaded_revoked_and_removed(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (account, api, id, text) = await OneAsync(installation, maximumUses: null);
        var path = $"{account.Api}/tokens/{id}";
        Assert.Equal(text, await api.GetStringAsync($"{path}/text", Stop));
        Assert.Equal("conflict", (await api.CallAsync(HttpMethod.Delete, path)).Code);
        Assert.Equal(HttpStatusCode.OK, (await api.PostJsonAsync($"{path}/revoke")).Status);
        Assert.Equal("Revoked", Assert.Single((await api.GetJsonAsync($"{account.Api}/tokens")).Items).GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal("token-invalid", (await api.PostJsonAsync("/api/v1/tokens/check", new { token = text })).Code);
    }

    [Theory, Engines]
    [Trait("Feature", "TK-03")]
    public async Task The_check_says_what_a_token_would_do_to_those_who_may_know(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (account, api, id, text) = await OneAsync(installation, maximumUses: 1);
        var check = (await api.PostJsonAsync("/api/v1/tokens/check", new { token = Uri.UnescapeDataString(text) })).Json;
        Assert.True(check.GetProperty("works").GetBoolean());
        Assert.Equal("acme.example", check.GetProperty("domain").GetString());
        Assert.Equal("DEFAULT", check.GetProperty("virtualAccount").GetString());
        Assert.Equal(1, check.GetProperty("usesLeft").GetInt32());
        Assert.EndsWith("/licservice/license", check.GetProperty("server").GetString(), StringComparison.Ordinal);

        var stranger = await installation.People.ApiAsync(await installation.People.AccountAsync("other.example"));
        Assert.Equal("token-invalid", (await stranger.PostJsonAsync("/api/v1/tokens/check", new { token = text })).Code);
        Assert.Equal("invalid-input", (await api.PostJsonAsync("/api/v1/tokens/check", new { token = "" })).Code);

        await SpendOneUseAsync(installation, account, id);
        Assert.Equal("UsedUp", (await api.PostJsonAsync("/api/v1/tokens/check", new { token = text })).Json.GetProperty("state").GetString());
        installation.Advance(TimeSpan.FromDays(30));
        check = (await api.PostJsonAsync("/api/v1/tokens/check", new { token = text })).Json;
        Assert.Equal("The token expired on 9 Feb 2026 08:00 UTC. Make a new one.", check.GetProperty("reason").GetString());
    }

    [Theory, Engines]
    [Trait("Feature", "TK-03")]
    public async Task The_token_comes_with_the_lines_for_the_device(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (account, api, id, text) = await OneAsync(installation, maximumUses: null);
        var lines = (await api.GetJsonAsync($"{account.Api}/tokens/{id}")).Json.GetProperty("configuration").EnumerateArray().Select(line => line.GetString()!).ToList();
        Assert.Equal("license smart url smart https://localhost:8081/licservice/license", lines[0]);
        Assert.Equal("license smart transport smart", lines[1]);
        Assert.Matches("^license smart trustpoint fingerprint [0-9a-f]{64}$", lines[2]);
        Assert.Equal($"license smart register idtoken {text}", lines[3]);
    }

    private static async Task<(TestAccount Account, HttpClient Api, long Id, string Text)> OneAsync(TestInstallation installation, int? maximumUses)
    {
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var made = await api.PostJsonAsync(
            $"{account.Api}/tokens", new { virtualAccountIds = new[] { account.DefaultVirtualAccountId }, termsAccepted = true, maximumUses });
        var item = made.Json.GetProperty("tokens")[0];
        return (account, api, item.GetProperty("id").GetInt64(), item.GetProperty("token").GetString()!);
    }

    /// <summary>What a registration does to the token; the device door's own tests prove that it does.</summary>
    private static async Task SpendOneUseAsync(TestInstallation installation, TestAccount account, long id)
    {
        await using var db = installation.Database.Open(account.Id);
        (await db.RegistrationTokens.SingleAsync(token => token.AccountId == account.Id && token.Id == id, Stop)).Uses++;
        await db.SaveChangesAsync(Stop);
    }
}
