using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Routing;

namespace Purser.Server;

/// <summary>
/// Maps handlers that are compiled when they are first called. The framework compiles each of them at the start, a millisecond apiece: most of a start's time,
/// and few servers are ever asked for every address. What a handler takes and answers is still looked at while mapping, so a wrong one refuses to start.
/// The methods are named as the framework's and lie in the root namespace, so that they are the ones every feature gets.
/// </summary>
internal static class RouteHandlers
{
    public static RouteHandlerBuilder MapGet(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(routes, pattern, handler, HttpMethods.Get);

    public static RouteHandlerBuilder MapPost(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(routes, pattern, handler, HttpMethods.Post);

    public static RouteHandlerBuilder MapPut(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(routes, pattern, handler, HttpMethods.Put);

    public static RouteHandlerBuilder MapPatch(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(routes, pattern, handler, HttpMethods.Patch);

    public static RouteHandlerBuilder MapDelete(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(routes, pattern, handler, HttpMethods.Delete);

    public static IEndpointConventionBuilder MapGet(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, RequestDelegate handler) =>
        EndpointRouteBuilderExtensions.MapGet(routes, pattern, handler);

    public static IEndpointConventionBuilder MapPost(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, RequestDelegate handler) =>
        EndpointRouteBuilderExtensions.MapPost(routes, pattern, handler);

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder routes, string pattern, Delegate handler, string method) =>
        RouteHandlerServices.Map(routes, pattern, handler, [method], RequestDelegateFactory.InferMetadata, CompileWhenCalled);

    private static RequestDelegateResult CompileWhenCalled(Delegate handler, RequestDelegateFactoryOptions options, RequestDelegateMetadataResult? inferred)
    {
        var compiled = new Lazy<RequestDelegate>(() => RequestDelegateFactory.Create(handler, options, inferred).RequestDelegate);
        return new RequestDelegateResult(context => compiled.Value(context), inferred?.EndpointMetadata ?? []);
    }
}
