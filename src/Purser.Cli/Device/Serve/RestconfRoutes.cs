using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Purser.Cli.Http;
using Purser.Agent.Restconf;

namespace Purser.Cli.Device.Serve;

/// <summary>RESTCONF (RFC 8040) for the one module: its data to read, its operations, its notifications.</summary>
internal static class RestconfRoutes
{
    public const string Stream = "/restconf/streams/smart-license";
    public const string Data = "/restconf/data";
    public const string Operations = "/restconf/operations";

    /// <summary>Collectors wait for 5 seconds (device reference 6.1).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder app, DeviceGate gate, DeviceFolder folder)
    {
        RestconfDiscovery.Map(app);
        app.MapMethods(Data + "/{**path}", ["GET", "HEAD"], context => ReadAsync(context, gate));
        app.MapMethods(Data + "/{**path}", ["PATCH", "PUT"], context => EditAsync(context, gate));
        app.MapPost(Data + "/{operation}", context => InvokeAsync(context, gate, folder));
        app.MapPost(Operations + "/{operation}", context => InvokeAsync(context, gate, folder));
        app.MapGet(Operations, context => RestconfErrors.AnswerAsync(context, new JsonObject
        {
            ["ietf-restconf:operations"] = new JsonObject(ModelOperations.All.Select(one => KeyValuePair.Create($"{LicensingTree.Module}:{one.Name}", (JsonNode?)new JsonArray([null])))),
        }));
        app.MapGet(Stream, context => StreamAsync(context, gate));
        app.MapFallback(context => RestconfErrors.WriteAsync(context, StatusCodes.Status404NotFound, "invalid-value", $"There is nothing at {context.Request.Path}"));
    }

    private static async Task ReadAsync(HttpContext context, DeviceGate gate)
    {
        if (context.Request.Query.Keys.FirstOrDefault(static key => key != "content") is { } unknown)
        {
            await RestconfErrors.WriteAsync(context, StatusCodes.Status400BadRequest, "invalid-value", $"The query parameter '{unknown}' is not supported; there is: content");
            return;
        }

        var roots = await gate.UseAsync(static agent => new JsonObject { [$"{LicensingTree.Module}:licensing"] = LicensingTree.Of(agent.State, agent.Now) });
        var licensing = (JsonObject)roots[$"{LicensingTree.Module}:licensing"]!;
        roots[RestconfDiscovery.Monitoring] = RestconfDiscovery.State(context);
        roots[YangLibrary.Name] = YangLibrary.Modules();
        switch ((string?)context.Request.Query["content"])
        {
            case "config":
                licensing.Remove("state");
                roots.Remove(RestconfDiscovery.Monitoring);
                roots.Remove(YangLibrary.Name);
                break;
            case "nonconfig":
                licensing.Remove("config");
                break;
            case not (null or "all"):
                await RestconfErrors.WriteAsync(context, StatusCodes.Status400BadRequest, "invalid-value", "content is config, nonconfig or all");
                return;
        }

        await (DataResource.Find(roots, RawPath(context)) is { } found
            ? RestconfErrors.AnswerAsync(context, found)
            : RestconfErrors.WriteAsync(context, StatusCodes.Status404NotFound, "invalid-value", "The device has no such data now"));
    }

    private static async Task EditAsync(HttpContext context, DeviceGate gate)
    {
        var body = await RequestBody.JsonAsync(context);
        var problem = await gate.UseAsync(agent =>
        {
            var (edit, wrong) = ConfigEdit.Read(agent.State, RawPath(context), body, HttpMethods.IsPut(context.Request.Method));
            if (edit is not null)
            {
                agent.Configure(state => state with { Transport = edit.Transport, Policy = edit.IntervalDays is { } days ? state.Policy! with { IntervalDays = days } : state.Policy });
            }

            return wrong;
        });
        if (problem is null)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        // RFC 8040, 7: the status of each error tag.
        var status = problem.Tag == "operation-not-supported" ? StatusCodes.Status501NotImplemented : StatusCodes.Status400BadRequest;
        await RestconfErrors.WriteAsync(context, status, problem.Tag, problem.Text);
    }

    /// <summary>Still encoded: the keys of lists may have slashes.</summary>
    private static string RawPath(HttpContext context) => context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0][Data.Length..];

    /// <summary>Known clients call operations at the data's address, without the input's frame (device reference 6.1).</summary>
    private static async Task InvokeAsync(HttpContext context, DeviceGate gate, DeviceFolder folder)
    {
        var name = (string)context.Request.RouteValues["operation"]!;
        if (ModelOperations.All.FirstOrDefault(one => name == $"{LicensingTree.Module}:{one.Name}") is not { } operation)
        {
            await RestconfErrors.WriteAsync(context, StatusCodes.Status404NotFound, "invalid-value", $"There is no operation '{name}'");
            return;
        }

        var body = await RequestBody.JsonAsync(context);
        if (Leaves(body, operation.Name) is not { } leaves)
        {
            await RestconfErrors.WriteAsync(context, StatusCodes.Status400BadRequest, "malformed-message", $"The input stands in '{LicensingTree.Module}:input'");
            return;
        }

        var (input, tag, problem) = OperationInput.Read(operation.Input, leaves);
        if (input is null)
        {
            await RestconfErrors.WriteAsync(context, StatusCodes.Status400BadRequest, tag!, problem!);
            return;
        }

        var act = gate.UseAsync(agent => operation.Act(agent, input, folder, gate.Stopping));
        var isWaiting = operation.Name == ModelOperations.Register && await Task.WhenAny(act, Task.Delay(Patience, TimeProvider.System, context.RequestAborted)) != act;
        await RestconfErrors.AnswerAsync(context, new JsonObject { [$"{LicensingTree.Module}:output"] = isWaiting ? ModelOperations.StillRegistering() : await act });
    }

    private static JsonObject? Leaves(JsonObject body, string operation) => body.Count switch
    {
        0 => [],
        1 when body.First() is { Value: JsonObject leaves, Key: var frame } && (frame == $"{LicensingTree.Module}:input" || frame == $"{LicensingTree.Module}:{operation}") => leaves,
        _ => null,
    };

    private static async Task StreamAsync(HttpContext context, DeviceGate gate)
    {
        if (gate.Hub.Join() is not { } listener)
        {
            await RestconfErrors.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "resource-denied", "There are as many listeners already as this device bears");
            return;
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, gate.Stopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-cache";
            await context.Response.WriteAsync(": ready\n\n", ends.Token);
            while (true)
            {
                await context.Response.Body.FlushAsync(ends.Token);
                var arrival = listener.Reader.WaitToReadAsync(ends.Token).AsTask();
                await Task.WhenAny(arrival, Task.Delay(BetweenSigns, TimeProvider.System, ends.Token));
                await context.Response.WriteAsync(listener.Reader.TryRead(out var notification) ? $"data: {notification.Wrapped().ToJsonString()}\n\n" : ": alive\n\n", ends.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The listener went away, or the device ends.
        }
        finally
        {
            gate.Hub.Leave(listener);
        }
    }
}
