using System.Globalization;
using System.Text.Json.Nodes;
using Purser.Agent.State;
using Purser.Protocol;

namespace Purser.Agent.Restconf;

/// <summary>Values of the model as RFC 7951 writes them in JSON.</summary>
internal static class ModelNode
{
    private const int LongestMessage = 255;

    /// <summary>What the device does not know is left out.</summary>
    public static JsonObject Of(params ReadOnlySpan<(string Name, JsonNode? Value)> children)
    {
        var node = new JsonObject();
        foreach (var (name, value) in children)
        {
            if (value is not null)
            {
                node.Add(name, value);
            }
        }

        return node;
    }

    public static JsonArray List(IEnumerable<JsonObject> entries) => [.. entries];

    public static JsonNode? Date(DateTimeOffset? at) => at is { } instant ? JsonValue.Create(instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)) : null;

    /// <summary>Numbers of 64 bits are texts (RFC 7951, 6.1).</summary>
    public static JsonNode Long(ulong number) => JsonValue.Create(number.ToString(CultureInfo.InvariantCulture));

    public static JsonNode Seconds(TimeSpan span) => Long((ulong)Math.Max(0, (long)span.TotalSeconds));

    public static JsonNode? Message(string? text) => text is null ? null : JsonValue.Create(text.Length <= LongestMessage ? text : text[..LongestMessage]);

    /// <summary>A leaf that may not be empty.</summary>
    public static JsonNode? Text(string? text) => text is { Length: > 0 } ? JsonValue.Create(text) : null;

    /// <summary>An id that is no proper UUID has no leaf.</summary>
    public static JsonObject Udi(Udi udi, string? vid = null) => Of(
        ("pid", Text(udi.Pid)),
        ("sn", Text(udi.Sn)),
        ("vid", Text(vid)),
        ("uuid", Guid.TryParseExact(udi.Uuid, "D", out var uuid) ? uuid.ToString("D") : null));

    public static IEnumerable<Udi> UnitsOf(DeviceState state) => state.HighAvailability is { } set
        ? set.Units.Select(static unit => unit.Sudi.ToUdi())
        : [new Udi(state.Device.Pid, state.Device.Sn, state.Device.Uuid)];
}
