using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Settings;

namespace Purser.Server.ApiDocs;

/// <summary>What holds for the whole API: name, how to get a token, the shape of errors.</summary>
internal sealed class DescribeDocument(PurserSettings settings) : IOpenApiDocumentTransformer
{
    public const string TokenPath = "/oauth/token";

    private const string Introduction = """
        Everything that a page can do, a program can do here.

        **Sign-in.** Get a bearer token with the client credentials that an administrator of the Smart Account made (grant `client_credentials`), send it as
        `Authorization: Bearer …`. A token is limited to its scopes: `read`, `write` (daily work), `manage` (administration).

        **Lists** are pages: `limit` rows (1 to 500, 50 without it), then `after` with the `next` of the page before, or `before` with its `previous`. Cursors are opaque.
        `total.count` is exact up to 10,000; beyond it `total.more` is true.

        **Errors** are problem details (RFC 9457) with a lasting `code`, and `field` where one is at fault. A refused request changes nothing.

        **Safe repetition.** Send `Idempotency-Key` with a request that changes something: a repetition with the same key and input gets the first answer.
        `?dryRun=true` decides and answers as usual, and changes nothing.

        Instants are UTC (`2026-11-21T14:03:05+00:00`), dates are `2026-11-21`. Where an address names `{account}`, its domain identifier or its number will do.
        """;

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo { Title = $"{settings.Vendor.PortalName} API", Version = ApiDocsFeature.DocumentName, Description = Introduction };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        document.Components.Schemas[DescribeOperation.ProblemSchema] = Problem();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes[DescribeOperation.Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.OAuth2,
            Description = "Client credentials, made by an administrator of the Smart Account.",
            Flows = new OpenApiOAuthFlows
            {
                ClientCredentials = new OpenApiOAuthFlow
                {
                    TokenUrl = new Uri(TokenPath, UriKind.Relative),
                    Scopes = Enum.GetNames<ApiScope>().ToDictionary(name => DescribeOperation.ScopeName(name), name => ScopeMeaning(name), StringComparer.Ordinal),
                },
            },
        };
        return Task.CompletedTask;
    }

    private static string ScopeMeaning(string name) => Enum.Parse<ApiScope>(name) switch
    {
        ApiScope.Read => "See what the client's roles may see",
        ApiScope.Write => "Daily work: tokens, transfers, alerts",
        _ => "Administration",
    };

    private static OpenApiSchema Problem() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Why a request was refused (RFC 9457).",
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = Text("Address of the explanation of this kind of problem."),
            ["title"] = Text("The kind of problem in words."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
            ["detail"] = Text("Cause and remedy."),
            ["code"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description = "The kind of problem for programs; never changes.",
                Enum = [.. Enum.GetValues<RefusalCode>().Select(code => System.Text.Json.Nodes.JsonValue.Create(Refusals.Of(code).Slug))],
            },
            ["field"] = Text("The field at fault, where there is one."),
        },
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
