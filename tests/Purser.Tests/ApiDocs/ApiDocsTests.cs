using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.ApiDocs;

[Trait("Feature", "AP-01")]
public sealed class ApiDocsTests
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_operation_says_what_it_does_what_it_answers_and_how_it_refuses()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        var document = await installation.NewClient().GetFromJsonAsync<JsonElement>("/api/v1/openapi.json", Cancellation);
        var wrong = new List<string>();
        foreach (var (name, operation) in Operations(document))
        {
            void Demand(bool holds, string what)
            {
                if (!holds)
                {
                    wrong.Add($"{name}: {what}");
                }
            }

            Demand(operation.TryGetProperty("summary", out var summary) && summary.GetString()!.Length > 5, "has no summary (.WithSummary)");
            Demand(operation.TryGetProperty("tags", out var tags) && tags[0].GetString() != "Purser.Server", "has no subject (.WithTags)");
            var responses = operation.GetProperty("responses");
            Demand(
                responses.EnumerateObject().Any(answer => answer.Name == "204" || (answer.Name[0] == '2' && answer.Value.TryGetProperty("content", out _))),
                "does not say what it answers (.Produces<T>)");
            foreach (var status in new[] { "400", "429", "503" })
            {
                Demand(responses.TryGetProperty(status, out var problem) && problem.GetProperty("content").TryGetProperty("application/problem+json", out _), $"lacks the problem {status}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task Every_operation_describes_its_own_body_and_answer()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        var document = await installation.NewClient().GetFromJsonAsync<JsonElement>("/api/v1/openapi.json", Cancellation);
        var schemas = document.GetProperty("components").GetProperty("schemas");

        // Nested types of the same name, one in each use case: never one schema for all.
        var order = document.GetProperty("paths").GetProperty("/api/v1/operator/orders").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString()!.Split('/')[^1];
        Assert.Equal("BookOrderInput", order);
        Assert.Equal(["customerName", "lines", "number", "purchaseOrder", "shipToCountry", "webOrderId"], schemas.GetProperty(order).GetProperty("properties").EnumerateObject().Select(property => property.Name).Order());
        Assert.Empty(schemas.EnumerateObject().Select(schema => schema.Name).Intersect(["Input", "Answer", "Row", "Item", "Body", "Detail", "Overview", "PageOfItem", "PageOfRow"]));
    }

    [Fact]
    public async Task The_document_holds_every_route_of_the_api()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        var document = await installation.NewClient().GetFromJsonAsync<JsonElement>("/api/v1/openapi.json", Cancellation);
        var described = document.GetProperty("paths").EnumerateObject().Sum(path => path.Value.EnumerateObject().Count(member => Methods.Contains(member.Name)));
        var routes = installation.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.TrimStart('/').StartsWith("api/v1/", StringComparison.Ordinal)
                && route.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null)
            .Sum(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Count ?? 1);
        Assert.Equal(routes, described);
        Assert.True(document.GetProperty("components").GetProperty("securitySchemes").TryGetProperty("oauth", out _));
    }

    [Fact]
    public async Task The_page_lists_every_operation_without_any_script_of_its_own()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        var client = installation.NewClient();
        var document = await client.GetFromJsonAsync<JsonElement>("/api/v1/openapi.json", Cancellation);
        var page = await client.GetAsync("/api/v1/docs", Cancellation);
        page.EnsureSuccessStatusCode();
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var html = await page.Content.ReadAsStringAsync(Cancellation);
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            Assert.Contains(path.Name, html, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("onclick", html, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Name, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where Methods.Contains(operation.Name)
        select ($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value);
}
