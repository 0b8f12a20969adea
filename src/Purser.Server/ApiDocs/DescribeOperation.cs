using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.ApiDocs;

/// <summary>What every operation has besides its own: the right it needs, problem answers, and for changes idempotency and dry run.</summary>
internal sealed class DescribeOperation : IOpenApiOperationTransformer
{
    public const string Scheme = "oauth";
    public const string ProblemSchema = "Problem";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var description = context.Description;
        var permission = description.ActionDescriptor.EndpointMetadata.OfType<RequiresAttribute>().Single().Permission;
        var changes = !HttpMethods.IsGet(description.HttpMethod ?? "");
        if (permission != Permission.Anonymous)
        {
            var scope = ScopeName(RoleTable.ScopeOf(permission).ToString());
            operation.Description = string.Join("\n\n", new[] { operation.Description, $"Permission: `{permission}`, scope `{scope}`." }.Where(text => !string.IsNullOrEmpty(text)));
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [scope] }];
        }

        operation.Responses ??= [];
        foreach (var (status, meaning) in Problems(permission, changes, description.RelativePath!.Contains('{', StringComparison.Ordinal)))
        {
            operation.Responses.TryAdd(status.ToString(CultureInfo.InvariantCulture), Problem(meaning, context.Document));
        }

        if (changes)
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(Parameter("Idempotency-Key", ParameterLocation.Header, JsonSchemaType.String, "A repetition with the same key gets the first answer."));
            operation.Parameters.Add(Parameter("dryRun", ParameterLocation.Query, JsonSchemaType.Boolean, "Decide and answer, change nothing."));
        }

        return Task.CompletedTask;
    }

    internal static string ScopeName(string scope) => scope.ToLowerInvariant();

    private static IEnumerable<(int Status, string Meaning)> Problems(Permission permission, bool changes, bool names)
    {
        yield return (400, "The request cannot be read.");
        if (permission != Permission.Anonymous)
        {
            yield return (401, "No valid bearer token.");
            yield return (403, "Your roles or the token's scopes do not allow this here.");
        }

        if (names)
        {
            yield return (404, "What the address names does not exist, or you cannot see it.");
        }

        if (changes)
        {
            yield return (409, "It does not fit the present state.");
            yield return (413, "The body is too large.");
            yield return (415, "The body has another content type than expected.");
            yield return (422, "The input is not valid.");
        }

        yield return (429, "Too many requests; repeat after the seconds in Retry-After.");
        yield return (503, "The database cannot be reached; repeat later.");
    }

    private static OpenApiResponse Problem(string meaning, OpenApiDocument? document) => new()
    {
        Description = meaning,
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(ProblemSchema, document) },
        },
    };

    private static OpenApiParameter Parameter(string name, ParameterLocation place, JsonSchemaType type, string description) =>
        new() { Name = name, In = place, Description = description, Schema = new OpenApiSchema { Type = type } };
}
