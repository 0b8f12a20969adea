using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Purser.Server.Commands;

namespace Purser.Server.People.Provisioning;

/// <summary>The operations of a PATCH, taken apart (RFC 7644 3.5.2). Programs write "Add" and "Replace" as well.</summary>
internal static partial class ScimPatch
{
    private const int MostOperations = 1000;

    /// <param name="Verb">"add", "replace" or "remove".</param>
    /// <param name="Path">Lower case, without the schema's name; empty where the value holds the attributes.</param>
    /// <param name="Selector">What stood in brackets.</param>
    public sealed record Operation(string Verb, string Path, string? Selector, JsonNode? Value);

    public static Verdict<IReadOnlyList<Operation>> Read(JsonObject body)
    {
        if (body["Operations"] is not JsonArray { Count: > 0 and <= MostOperations } list)
        {
            return Scim.Refused(Scim.InvalidSyntax, $"A PATCH holds 1 to {MostOperations} Operations.");
        }

        var operations = new List<Operation>();
        foreach (var item in list)
        {
            var verb = Scim.Text((item as JsonObject)?["op"])?.ToLowerInvariant();
            if (item is not JsonObject operation || verb is not ("add" or "replace" or "remove"))
            {
                return Scim.Refused(Scim.InvalidSyntax, "An operation's op is add, replace or remove.");
            }

            var path = Scim.Text(operation["path"])?.Trim() ?? "";
            if (path.Length > 0 || verb == "remove")
            {
                var match = PathForm().Match(path);
                if (!match.Success)
                {
                    return verb == "remove" && path.Length == 0
                        ? Scim.Refused(Scim.NoTarget, "A remove operation names a path.")
                        : Scim.Refused(Scim.InvalidPath, $"The path “{path}” cannot be read.");
                }

                operations.Add(new Operation(
                    verb, (match.Groups["attribute"].Value + match.Groups["sub"].Value).ToLowerInvariant(),
                    match.Groups["selector"] is { Success: true } selector ? selector.Value : null, operation["value"]));
                continue;
            }

            if (operation["value"] is not JsonObject attributes)
            {
                return Scim.Refused(Scim.InvalidValue, "Without a path, the value is an object with attributes.");
            }

            operations.AddRange(attributes.Where(attribute => attribute.Key != "schemas")
                .Select(attribute => new Operation(verb, SchemaName().Replace(attribute.Key, "").ToLowerInvariant(), null, attribute.Value)));
        }

        return operations;
    }

    [GeneratedRegex("^(?:urn:[\\w:.]+:)?(?<attribute>[A-Za-z$][\\w$-]*)(?:\\[(?<selector>[^\\]]+)\\])?(?<sub>\\.[A-Za-z$][\\w$-]*)?$", RegexOptions.NonBacktracking)]
    private static partial Regex PathForm();

    [GeneratedRegex("^urn:[\\w:.]+:", RegexOptions.NonBacktracking)]
    private static partial Regex SchemaName();
}
