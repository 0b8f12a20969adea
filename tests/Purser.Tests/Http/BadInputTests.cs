using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Http;

/// <summary>What a program may get wrong before any rule is asked: every answer is a problem that says so.</summary>
public sealed class BadInputTests
{
    private const string Address = "/api/v1/operator/accounts";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[], HttpStatusCode, string> Bodies => new()
    {
        { "text/plain", "{}"u8.ToArray(), HttpStatusCode.UnsupportedMediaType, "unsupported-content-type" },
        { "application/json", Encoding.UTF8.GetBytes("{\"name\":" + new string('[', 100) + new string(']', 100) + "}"), HttpStatusCode.BadRequest, "malformed-request" },
        { "application/json", [(byte)'{', (byte)'"', (byte)'n', (byte)'a', (byte)'m', (byte)'e', (byte)'"', (byte)':', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)'}'], HttpStatusCode.BadRequest, "malformed-request" },
        { "application/json", "{\"name\":"u8.ToArray(), HttpStatusCode.BadRequest, "malformed-request" },
        { "application/json", "[1,2"u8.ToArray(), HttpStatusCode.BadRequest, "malformed-request" },
        { "application/json", "{}"u8.ToArray(), HttpStatusCode.BadRequest, "malformed-request" },
        { "application/json", "null"u8.ToArray(), HttpStatusCode.BadRequest, "malformed-request" },
        { "application/json", new byte[ApiLimits.LargestBody + 1], HttpStatusCode.RequestEntityTooLarge, "body-too-large" },
    };

    [Theory, MemberData(nameof(Bodies))]
    public async Task A_body_that_cannot_be_read_is_refused_with_the_reason(string contentType, byte[] body, HttpStatusCode status, string code)
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite, adjust: TestActors.Allow);
        var client = TestActors.As(installation.NewClient(), TestActors.Staff(OperatorRole.LicensingAdministrator));
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        var answer = await client.PostAsync(Address, content, Cancellation);
        Assert.Equal((status, code), (answer.StatusCode, await CodeAsync(answer)));
        Assert.DoesNotContain("Purser.", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"licenses\":[1],\"newTags\":[null]}", "license-tags/add", "newTags")]
    [InlineData("{\"direction\":\"To\",\"otherVirtualAccountId\":1,\"rows\":[null]}", "licenses/transfer", "rows")]
    public async Task A_null_in_a_list_is_refused_and_the_list_is_named(string body, string address, string list)
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite, adjust: TestActors.Allow);
        var estate = await BareEstate.MakeAsync(installation, "A");
        var client = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountAdministrator));
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await client.PostAsync($"{estate.Api}/virtual-accounts/{estate["A"]}/{address}", content, Cancellation);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal((HttpStatusCode.BadRequest, "malformed-request"), (answer.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal($"The body holds null in the list '{list}'. Leave it out.", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("license-transactions?expiresBy=2027-02-29", "“2027-02-29” cannot be read as expiresBy. Give a day that there is, such as 2026-03-31.")]
    [InlineData("license-transactions?license=all", "“all” cannot be read as license. Give a whole number.")]
    [InlineData("license-transactions?source=Gift", "“Gift” cannot be read as source. What it may be stands at /api/v1/docs.")]
    public async Task A_parameter_that_cannot_be_read_is_named_as_in_the_address(string address, string detail)
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite, adjust: TestActors.Allow);
        var estate = await BareEstate.MakeAsync(installation, "A");
        var client = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountAdministrator));
        var answer = await client.GetAsync($"{estate.Api}/virtual-accounts/{estate["A"]}/{address}", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(detail, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task The_field_of_a_problem_is_spelled_as_in_the_body()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite, adjust: TestActors.Allow);
        var estate = await BareEstate.MakeAsync(installation, "A");
        var client = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountAdministrator));
        var answer = await client.PostAsJsonAsync(
            $"{estate.Api}/webhooks", new { name = "Pager", url = "https://a.example/", quietFrom = "22:00", quietTo = "22:00", zone = "Etc/UTC" }, Cancellation);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal("quietTo", problem.GetProperty("field").GetString());
    }

    [Theory, Engines]
    public async Task A_text_with_the_character_nul_is_refused_or_kept_but_never_a_fault(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await BareEstate.MakeAsync(installation, "A");
        var client = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountAdministrator));
        Assert.NotEqual(HttpStatusCode.InternalServerError, (await client.GetAsync($"{estate.Api}/events?q=%00", Cancellation)).StatusCode);
        Assert.NotEqual(HttpStatusCode.InternalServerError, (await client.GetAsync($"{estate.Api}/events?q=%C3%28", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Wrong_addresses_and_methods_are_answered_with_a_problem()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite, adjust: TestActors.Allow);
        var client = TestActors.As(installation.NewClient(), TestActors.Staff(OperatorRole.LicensingAdministrator));
        var nowhere = await client.GetAsync("/api/v1/nowhere", Cancellation);
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), (nowhere.StatusCode, await CodeAsync(nowhere)));
        var method = await client.DeleteAsync(Address, Cancellation);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "method-not-allowed"), (method.StatusCode, await CodeAsync(method)));
        var stranger = await installation.NewClient().GetAsync("/api/v1/accounts", Cancellation);
        Assert.Equal((HttpStatusCode.Unauthorized, "not-signed-in"), (stranger.StatusCode, await CodeAsync(stranger)));
    }

    [Fact]
    public async Task Who_asks_too_fast_is_told_when_to_go_on_and_others_are_not_hurt()
    {
        await using var installation = await TestInstallation.StartAsync(
            Engine.Sqlite, settings => settings with { Http = settings.Http with { ApiBurst = 3, ApiRequestsPerSecond = 1 } }, TestActors.Allow);
        var client = TestActors.As(installation.NewClient(), TestActors.Staff(OperatorRole.LicensingAdministrator));
        var answers = new List<HttpResponseMessage>();
        for (var number = 0; number < 12; number++)
        {
            answers.Add(await client.GetAsync("/api/v1/accounts", Cancellation));
        }

        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal("too-many-requests", await CodeAsync(refused));
        Assert.True(refused.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));

        var other = TestActors.As(installation.NewClient(), TestActors.Staff(OperatorRole.Support) with { Id = 9 });
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/v1/accounts", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live", Cancellation)).StatusCode);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("code").GetString();
}
