using Microsoft.OpenApi;

namespace Purser.Server.ApiDocs;

/// <summary>One operation of the API as the page shows it.</summary>
public sealed record ApiOperationItem(string Subject, string Method, string Path, OpenApiOperation Operation)
{
    public static IEnumerable<ApiOperationItem> AllOf(OpenApiDocument document) =>
        from path in document.Paths
        from operation in path.Value.Operations ?? []
        orderby path.Key, operation.Key.Method
        select new ApiOperationItem(
            operation.Value.Tags?.FirstOrDefault()?.Name ?? "", operation.Key.Method.ToUpperInvariant(), path.Key, operation.Value);

    public IEnumerable<IOpenApiParameter> Parameters => Operation.Parameters ?? [];

    public IOpenApiSchema? Body => Operation.RequestBody?.Content?.Values.FirstOrDefault()?.Schema;

    public IEnumerable<KeyValuePair<string, IOpenApiResponse>> Answers => Operation.Responses ?? [];

    /// <summary>The body of the answer when all went well.</summary>
    public IOpenApiSchema? Answer => Answers.Where(answer => answer.Key.StartsWith('2'))
        .Select(answer => answer.Value.Content?.Values.FirstOrDefault()?.Schema).FirstOrDefault();
}
