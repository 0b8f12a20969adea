using Microsoft.Net.Http.Headers;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Web;

/// <summary>Serves bundled files. Names carry a hash of the content, so an answer may be kept for ever.</summary>
static class AssetEndpoint
{
    static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/assets/{name}", Methods, Serve).Requires(Permission.Anonymous).ExcludeFromDescription();
        // A browser asks for this one beside answers that are no pages (health, API) and cannot name their own.
        routes.MapMethods("/favicon.ico", Methods, () => Results.Redirect(AssetCatalog.Instance.Address("mark.svg"))).Requires(Permission.Anonymous).ExcludeFromDescription();
    }

    static IResult Serve(string name, HttpContext context)
    {
        if (AssetCatalog.Instance.Find(name) is not { } asset) return Results.NotFound();
        var (content, encoding) = asset.For(context.Request.Headers.AcceptEncoding.ToString());
        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = HeaderNames.AcceptEncoding;
        if (encoding is not null) headers.ContentEncoding = encoding;
        return Results.Bytes(content, asset.ContentType);
    }
}
