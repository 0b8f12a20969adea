using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Purser.Cli.Http;
using Purser.Agent;
using Purser.Agent.Policy;
using Purser.Protocol.Usage;

namespace Purser.Cli.Device.Serve;

/// <summary>The service that collectors pull usage reports from and bring acknowledgements to (device reference 4.10).</summary>
internal static class DeviceServiceRoutes
{
    private const string Service = "/smartlic-service";
    private const int DefaultDays = 90;

    public static void Map(IEndpointRouteBuilder app, DeviceGate gate)
    {
        app.MapPost(Service + "/close-reports", context => ByPolicyAsync(context, gate, static policy =>
        {
            policy.CloseOpen(ReportChoice.All);
            return new JsonObject { ["status"] = "SUCCESS" };
        }));
        app.MapGet(Service + "/list", context => RunAsync(context, gate, static agent => List(agent.State.Policy)));
        app.MapGet(Service + "/all-reports", context => ReportsAsync(context, gate, ReportChoice.All));
        app.MapGet(Service + "/days", context => ReportsAsync(context, gate, ReportChoice.Days(DefaultDays)));
        app.MapGet(Service + "/days/{days:int:range(1,3650)}", context => ReportsAsync(context, gate, ReportChoice.Days((int)Number(context, "days"))));
        app.MapGet(Service + "/{id:long:min(1)}", context => ReportsAsync(context, gate, ReportChoice.One(Number(context, "id"))));
        app.MapPost(Service + "/import", context => ImportAsync(context, gate));
    }

    private static ulong Number(HttpContext context, string name) => ulong.Parse((string)context.Request.RouteValues[name]!, CultureInfo.InvariantCulture);

    private static JsonObject? List(PolicyState? policy) => policy is null ? null : new JsonObject
    {
        ["usage_list"] = new JsonArray([.. policy.Reports.Select(static report => new JsonObject { ["id"] = report.Id, ["state"] = report.Phase.ToString().ToUpperInvariant() })]),
    };

    private static Task ReportsAsync(HttpContext context, DeviceGate gate, ReportChoice choice) => ByPolicyAsync(context, gate, policy => new JsonObject
    {
        ["usage"] = new JsonArray([.. policy.HandOut(choice).Select(static text => JsonNode.Parse(text))]),
    });

    private static Task ByPolicyAsync(HttpContext context, DeviceGate gate, Func<DevicePolicy, JsonObject> act) =>
        RunAsync(context, gate, agent => agent.Policy.IsInUse ? act(agent.Policy) : null);

    private static async Task RunAsync(HttpContext context, DeviceGate gate, Func<LicensingAgent, JsonObject?> act) => await (await gate.UseAsync(act) is { } done
        ? RestconfErrors.AnswerAsync(context, done)
        : RestconfErrors.WriteAsync(context, StatusCodes.Status409Conflict, "operation-not-supported", "This device is not licensed by policy and makes no usage reports"));

    private static async Task ImportAsync(HttpContext context, DeviceGate gate)
    {
        var base64 = (await RequestBody.TextAsync(context, ImportFile.MaximumBytes * 4L / 3)).Trim().Trim('"');
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
        {
            throw new BadHttpRequestException("The body is the base64 of a file to import");
        }

        await ByPolicyAsync(context, gate, policy =>
        {
            var imported = policy.Import(Encoding.UTF8.GetString(bytes, 0, length));
            return imported.IsOk ? new JsonObject { ["status"] = "SUCCESS" } : new JsonObject { ["status"] = "FAILED", ["message"] = imported.Detail };
        });
    }
}
