using Microsoft.AspNetCore.Http.HttpResults;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.ApiDocs;

/// <summary>The REST API described from its code: the OpenAPI document for programs, a page of it for people (AP-01).</summary>
public static class ApiDocsFeature
{
    public const string DocumentName = "v1";
    public const string DocumentPath = "/api/v1/openapi.json";

    public static void Add(IServiceCollection services)
    {
        services.AddOpenApi(DocumentName, options =>
        {
            options.CreateSchemaReferenceId = SchemaName.Of;
            options.ShouldInclude = description => description.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true;
            options.AddOperationTransformer<DescribeOperation>();
            options.AddDocumentTransformer<DescribeDocument>();
        });
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapOpenApi(DocumentPath).Requires(Permission.Anonymous).ExcludeFromDescription();
        app.MapGet("/api/v1/docs", PageAsync).Requires(Permission.Anonymous).ExcludeFromDescription();
    }

    private static async Task<IResult> PageAsync(
        [FromKeyedServices(DocumentName)] Microsoft.AspNetCore.OpenApi.IOpenApiDocumentProvider documents, CancellationToken cancellation) =>
        new RazorComponentResult<FullPage>(new Dictionary<string, object?>
        {
            ["Content"] = typeof(ApiDocsPage),
            ["Values"] = new Dictionary<string, object?> { ["Document"] = await documents.GetOpenApiDocumentAsync(cancellation) },
        });
}
