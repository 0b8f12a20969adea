using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Purser.Agent.Restconf;

namespace Purser.Cli.Device.Serve;

/// <summary>What a client that knows nothing but RFC 8040 asks first: where the data are, which modules, capabilities and streams there are, which methods an address takes.</summary>
internal static class RestconfDiscovery
{
    public const string Monitoring = "ietf-restconf-monitoring:restconf-state";

    private const string LibraryVersion = "2016-06-21";
    private const string Editing = "GET, HEAD, OPTIONS, PATCH, POST, PUT";
    private const string Calling = "OPTIONS, POST";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/.well-known/host-meta", context =>
        {
            context.Response.ContentType = "application/xrd+xml";
            return context.Response.WriteAsync("<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'><Link rel='restconf' href='/restconf'/></XRD>", context.RequestAborted);
        });
        app.MapGet("/restconf", context => RestconfErrors.AnswerAsync(context, new JsonObject
        {
            ["ietf-restconf:restconf"] = new JsonObject { ["data"] = new JsonObject(), ["operations"] = new JsonObject(), ["yang-library-version"] = LibraryVersion },
        }));
        app.MapGet("/restconf/yang-library-version", context => RestconfErrors.AnswerAsync(context, new JsonObject { ["ietf-restconf:yang-library-version"] = LibraryVersion }));
        app.Map(RestconfRoutes.Data + "/{**path}", context => OtherMethodAsync(context, Editing)).WithOrder(1);
        app.Map(RestconfRoutes.Operations + "/{operation}", context => OtherMethodAsync(context, Calling)).WithOrder(1);
    }

    /// <summary>RFC 8040, 9.1: the defaults of the model are told like what somebody set.</summary>
    public static JsonObject State(HttpContext context) => new()
    {
        ["capabilities"] = new JsonObject { ["capability"] = new JsonArray("urn:ietf:params:restconf:capability:defaults:1.0?basic-mode=report-all") },
        ["streams"] = new JsonObject
        {
            ["stream"] = new JsonArray(new JsonObject
            {
                ["name"] = "smart-license",
                ["description"] = "The notifications of " + LicensingTree.Module,
                ["access"] = new JsonArray(new JsonObject { ["encoding"] = "json", ["location"] = $"{context.Request.Scheme}://{context.Request.Host}{RestconfRoutes.Stream}" }),
            }),
        },
    };

    private static Task OtherMethodAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            if (allowed == Editing)
            {
                context.Response.Headers["Accept-Patch"] = RestconfErrors.MediaType;
            }

            return Task.CompletedTask;
        }

        return RestconfErrors.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "operation-not-supported", $"{context.Request.Method} is not supported here; there is: {allowed}");
    }
}
