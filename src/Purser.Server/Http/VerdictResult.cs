using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Purser.Server.Commands;

namespace Purser.Server.Http;

/// <summary>A verdict as an HTTP answer. Its type tells the OpenAPI document what the route answers.</summary>
public sealed class VerdictResult<T>(Verdict<T> verdict, int successStatus) : IResult, IEndpointMetadataProvider
{
    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(VerdictAnswer.Describe<T>(StatusCodes.Status200OK));

    public Task ExecuteAsync(HttpContext httpContext) => VerdictAnswer.Of(verdict, successStatus).ExecuteAsync(httpContext);
}

/// <summary>The same, where something new was made.</summary>
public sealed class CreatedResult<T>(Verdict<T> verdict) : IResult, IEndpointMetadataProvider
{
    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(VerdictAnswer.Describe<T>(StatusCodes.Status201Created));

    public Task ExecuteAsync(HttpContext httpContext) => VerdictAnswer.Of(verdict, StatusCodes.Status201Created).ExecuteAsync(httpContext);
}

internal static class VerdictAnswer
{
    public static IResult Of<T>(Verdict<T> verdict, int successStatus) => verdict.IsOk
        ? verdict.Value is Done ? TypedResults.StatusCode(StatusCodes.Status204NoContent) : TypedResults.Json(verdict.Value, WritePath.Json, statusCode: successStatus)
        : Problems.Of(verdict.Refusal!);

    public static IProducesResponseTypeMetadata Describe<T>(int status) => typeof(T) == typeof(Done)
        ? new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent, typeof(void))
        : new ProducesResponseTypeMetadata(status, typeof(T), ["application/json"]);
}
