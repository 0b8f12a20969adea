using System.Text.Json.Nodes;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>What is sent to webhooks: one message with one or several changes.</summary>
internal static class OutwardMessage
{
    public static JsonObject Change(Alert alert, AlertChangeKind change, string source) => new()
    {
        ["change"] = change.ToString(),
        ["id"] = alert.Id,
        ["kind"] = alert.Kind.ToString(),
        ["title"] = AlertCatalogue.Of(alert.Kind).Title,
        ["level"] = alert.Level.ToString(),
        ["state"] = alert.State.ToString(),
        ["message"] = alert.Message,
        ["source"] = source,
        ["virtualAccountId"] = alert.VirtualAccountId,
        ["entitlementId"] = alert.EntitlementId,
        ["deviceId"] = alert.DeviceId,
        ["raisedAt"] = alert.RaisedAt,
        ["dueAt"] = alert.DueAt,
        ["closedAt"] = alert.ClosedAt,
    };

    public static string Of(string account, IEnumerable<JsonObject> changes) =>
        new JsonObject { ["type"] = "alerts", ["account"] = account, ["alerts"] = new JsonArray([.. changes]) }.ToJsonString();

    public static string Append(string body, IEnumerable<JsonObject> changes)
    {
        var message = JsonNode.Parse(body)!;
        foreach (var change in changes)
        {
            message["alerts"]!.AsArray().Add((JsonNode)change);
        }

        return message.ToJsonString();
    }

    public static string Trial(string account) =>
        new JsonObject { ["type"] = "trial", ["account"] = account, ["alerts"] = new JsonArray() }.ToJsonString();
}
