using System.Text.Json.Nodes;

namespace Purser.Agent.Restconf;

/// <summary>Finds what a path below <c>/restconf/data</c> names (RFC 8040, 3.5.3). Pure.</summary>
public static class DataResource
{
    /// <summary>The key of each list of the model.</summary>
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["usage"] = "entitlement-tag",
        ["trust-code"] = "key_udi",
        ["conversion"] = "key_udi",
        ["rum-reports-closed-keys"] = "rum-report-key",
        ["overall-status"] = "key_udi",
        ["installed-list"] = "install-type",
        ["authorization-list"] = "entitlement-tag",
        ["stream"] = "name",
    };

    /// <param name="roots">By name with module.</param>
    /// <param name="path">As it came, still encoded; empty: everything.</param>
    /// <returns>Null: there is no such thing now.</returns>
    public static JsonObject? Find(JsonObject roots, string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0)
        {
            return new JsonObject { ["ietf-restconf:data"] = roots.DeepClone() };
        }

        var (module, _) = Split(Uri.UnescapeDataString(segments[0]));
        JsonNode? node = roots;
        var last = "";
        foreach (var segment in segments)
        {
            var name = Uri.UnescapeDataString(segment.Split('=')[0]);
            last = node == roots ? name : Split(name).Name;
            if (Split(name) is { Module.Length: > 0 } qualified && qualified.Module != module)
            {
                return null;
            }

            node = (node as JsonObject)?[last];
            if (segment.Split('=', 2) is [_, var key])
            {
                node = Entry(node, Split(last).Name, Uri.UnescapeDataString(key));
            }
        }

        return node is null ? null : new JsonObject { [$"{module}:{Split(last).Name}"] = node.DeepClone() };
    }

    private static JsonArray? Entry(JsonNode? list, string name, string key) =>
        list is JsonArray entries && Keys.TryGetValue(name, out var leaf) && entries.FirstOrDefault(one => (string?)one![leaf] == key) is { } found ? [found.DeepClone()] : null;

    private static (string Module, string Name) Split(string name) => name.IndexOf(':', StringComparison.Ordinal) is > 0 and var at ? (name[..at], name[(at + 1)..]) : ("", name);
}
