using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Accounts;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

/// <summary>
/// Everything next door has a word in it that nowhere else is. Whoever works in one virtual account only asks every address there is for it: pages,
/// lists, single things, searches, exports, events. New addresses are asked by themselves.
/// </summary>
[Trait("Feature", "SA-08")]
public sealed class NeighbourTests
{
    private const string Word = "Zanzibar";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Nobody_sees_anything_of_the_virtual_account_next_door(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var own = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Oslo" })).Id;
        var neighbour = await FurnishAsync(account, api, own);
        foreach (var role in new[] { Role.VirtualAccountUser, Role.VirtualAccountViewer, Role.VirtualAccountAdministrator })
        {
            var reader = TestActors.Person(account.Id, role, own);
            var told = new List<string>();
            foreach (var path in Paths(installation, account, neighbour))
            {
                foreach (var accept in new[] { "application/json", "text/html" })
                {
                    if (await TellsAsync(installation, reader, path, accept))
                    {
                        told.Add($"{path} ({accept})");
                    }
                }
            }

            Assert.True(told.Count == 0, $"{role} is told of next door by:\n{string.Join('\n', told)}");
        }

        // The word is there to be found: an administrator finds it.
        Assert.True(await TellsAsync(installation, TestActors.Person(account.Id, Role.SmartAccountAdministrator), $"{account.Api}/virtual-accounts", "application/json"));
        Assert.True(await TellsAsync(installation, TestActors.Person(account.Id, Role.SmartAccountAdministrator), $"/accounts/{account.Domain}/groups", "text/html"));
    }

    [Theory, Engines]
    public async Task Refusals_of_changes_next_door_tell_nothing(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var own = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Oslo" })).Id;
        var neighbour = await FurnishAsync(account, api, own);
        var limited = await installation.People.ApiAsync(account, Role.VirtualAccountAdministrator, own);
        var grant = neighbour.Grant;
        Assert.Equal("not-found", (await limited.CallAsync(HttpMethod.Put, $"{account.Api}/people/roles/{grant}", new { role = "VirtualAccountUser", virtualAccountId = own })).Code);
        Assert.Equal("not-found", (await limited.CallAsync(HttpMethod.Delete, $"{account.Api}/people/roles/{grant}")).Code);
        Assert.Equal("not-found", (await limited.CallAsync(HttpMethod.Delete, $"{account.Api}/people/{neighbour.Person}")).Code);
        Assert.Equal("not-found", (await limited.PostJsonAsync($"{account.Api}/people/{neighbour.Person}/set-password-link")).Code);
        Assert.Equal("invalid-input", (await limited.PostJsonAsync($"{account.Api}/people/message", new { subject = "Hello", text = "You", personIds = new[] { neighbour.Person } })).Code);
    }

    /// <summary>Every address that changes something, with the numbers of what lies next door: nothing there is changed, and no answer tells of it.</summary>
    [Theory, Engines]
    public async Task Nobody_changes_anything_of_the_virtual_account_next_door(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var own = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Oslo" })).Id;
        var neighbour = await FurnishAsync(account, api, own);
        var other = await installation.People.AccountAsync("globex.example");
        var before = await ChangesAsync(installation, account.Id);
        foreach (var actor in new[] { TestActors.Person(account.Id, Role.VirtualAccountAdministrator, own), TestActors.Person(other.Id, Role.SmartAccountAdministrator) })
        {
            using var http = TestActors.As(installation.NewClient(), actor);
            foreach (var (method, path) in ChangingPaths(installation, account, neighbour))
            {
                using var request = new HttpRequestMessage(method, path) { Content = new StringContent($$"""{"id":{{neighbour.Person}},"name":"x","virtualAccountId":{{neighbour.VirtualAccount}}}""", Encoding.UTF8, "application/json") };
                using var response = await http.SendAsync(request, Stop);
                Assert.DoesNotContain(Word, await response.Content.ReadAsStringAsync(Stop), StringComparison.OrdinalIgnoreCase);
                Assert.Equal((method, path, before), (method, path, await ChangesAsync(installation, account.Id)));
            }
        }
    }

    /// <summary>Commands that changed this account; each is chained.</summary>
    private static async Task<int> ChangesAsync(TestInstallation installation, long account)
    {
        await using var db = installation.Database.Read(account);
        return await db.AuditEntries.CountAsync(row => row.AccountId == account, Stop);
    }

    private static IEnumerable<(HttpMethod Method, string Path)> ChangingPaths(TestInstallation installation, TestAccount account, Neighbour neighbour)
    {
        foreach (var route in installation.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var methods = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
            if (route.RoutePattern.GetParameter("account") is null || !route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            {
                continue;
            }

            var isOne = route.RoutePattern.Parameters.Any(parameter => parameter.Name is not ("account" or "virtualAccount"));
            foreach (var id in isOne ? neighbour.Ids : [1])
            {
                foreach (var method in methods.Where(method => method != "GET"))
                {
                    yield return (HttpMethod.Parse(method), PathOf(route, account, neighbour, id));
                }
            }
        }
    }

    private sealed record Neighbour(long VirtualAccount, long Person, long Grant, IReadOnlyList<long> Ids);

    private static async Task<Neighbour> FurnishAsync(TestAccount account, HttpClient api, long own)
    {
        var place = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = $"{Word} harbour", description = $"{Word} again" })).Id;
        var nested = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = $"{Word} quay", parentId = place })).Id;
        var person = (await api.PostJsonAsync($"{account.Api}/people", new { email = "z@zanzibar.example", displayName = $"{Word} Zoe", role = "VirtualAccountUser", virtualAccountId = place })).Json;
        var group = (await api.PostJsonAsync($"{account.Api}/groups", new
        {
            name = $"{Word} group", emails = new[] { "group@zanzibar.example" }, access = new { role = "VirtualAccountUser", virtualAccountIds = new[] { place } },
        })).Id;
        await api.PostJsonAsync($"{account.Api}/virtual-accounts/{place}/tokens", new { description = $"{Word} token", days = 30, isAgreed = true });
        await api.CallAsync(HttpMethod.Put, $"{account.Api}/virtual-accounts/{own}/parent", new { parentId = place });
        await api.CallAsync(HttpMethod.Put, $"{account.Api}/virtual-accounts/{own}/parent", new { parentId = (long?)null });
        var token = (await api.GetJsonAsync($"{account.Api}/virtual-accounts/{place}/tokens")) is { Json.ValueKind: System.Text.Json.JsonValueKind.Object } tokens && tokens.Items.Count > 0
            ? tokens.Items[0].GetProperty("id").GetInt64() : 1;
        return new Neighbour(place, person.GetProperty("personId").GetInt64(), person.GetProperty("grantId").GetInt64(),
            [.. new[] { place, nested, person.GetProperty("personId").GetInt64(), person.GetProperty("grantId").GetInt64(), group, token, 1 }.Distinct()]);
    }

    /// <summary>Every address to read within the account, with the numbers of what lies next door.</summary>
    private static IEnumerable<string> Paths(TestInstallation installation, TestAccount account, Neighbour neighbour)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"?q={Word}&search={Word}&va={neighbour.VirtualAccount}&virtualAccountId={neighbour.VirtualAccount}&id={neighbour.Person}");
        foreach (var route in installation.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var methods = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];
            if (route.RoutePattern.GetParameter("account") is null || !methods.Contains("GET") || route.RoutePattern.RawText!.StartsWith("/operator", StringComparison.Ordinal))
            {
                continue;
            }

            var isOne = route.RoutePattern.Parameters.Any(parameter => parameter.Name is not ("account" or "virtualAccount"));
            foreach (var id in isOne ? neighbour.Ids : [1])
            {
                yield return PathOf(route, account, neighbour, id);
                yield return PathOf(route, account, neighbour, id) + query.Replace(Word, "a", StringComparison.Ordinal);
            }
        }

        yield return $"/api/v1/search?q={Word}";
        yield return $"/search?q={Word}";
        yield return "/accounts";
        yield return $"/directory?q={Word}";
    }

    private static string PathOf(RouteEndpoint route, TestAccount account, Neighbour neighbour, long id)
    {
        var path = new StringBuilder();
        foreach (var segment in route.RoutePattern.PathSegments)
        {
            path.Append('/');
            foreach (var part in segment.Parts)
            {
                path.Append(part switch
                {
                    RoutePatternLiteralPart literal => literal.Content,
                    RoutePatternParameterPart { Name: "account" } => account.Domain,
                    RoutePatternParameterPart { Name: "virtualAccount" } => neighbour.VirtualAccount.ToString(CultureInfo.InvariantCulture),
                    RoutePatternParameterPart => id.ToString(CultureInfo.InvariantCulture),
                    RoutePatternSeparatorPart separator => separator.Content,
                    _ => "",
                });
            }
        }

        return path.ToString();
    }

    private static async Task<bool> TellsAsync(TestInstallation installation, Actor reader, string path, string accept)
    {
        using var http = TestActors.As(installation.NewClient(), reader);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        using var response = await http.SendAsync(request, Stop);
        var body = await response.Content.ReadAsStringAsync(Stop);

        // What was searched for is repeated in the search box; those addresses search for something else.
        return !path.Contains($"q={Word}", StringComparison.Ordinal)
            ? body.Contains(Word, StringComparison.OrdinalIgnoreCase)
            : body.Contains($"{Word} ", StringComparison.OrdinalIgnoreCase);
    }
}
