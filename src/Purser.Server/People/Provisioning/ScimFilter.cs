using System.Text.Json;
using System.Text.RegularExpressions;
using Purser.Server.Commands;

namespace Purser.Server.People.Provisioning;

/// <summary>The filters that provisioning programs send: one attribute equal to one value (RFC 7644 3.4.2.2).</summary>
internal sealed partial record ScimFilter(string Attribute, string Value)
{
    /// <summary>Null for no filter.</summary>
    public static Verdict<ScimFilter?> Read(string? text, params string[] attributes)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (ScimFilter?)null;
        }

        var match = Equal().Match(text);
        var attribute = attributes.FirstOrDefault(name => name.Equals(match.Groups["attribute"].Value, StringComparison.OrdinalIgnoreCase));
        return match.Success && attribute is not null && ValueOf(match.Groups["value"].Value) is { } value
            ? new ScimFilter(attribute, value)
            : Scim.Refused(Scim.InvalidFilter, $"Filters here compare one of {string.Join(", ", attributes)} by “eq”, for example: {attributes[0]} eq \"mara@example.com\".");
    }

    private static string? ValueOf(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex("^\\s*(?:urn:[\\w:.]+:)?(?<attribute>[A-Za-z.]+)\\s+[eE][qQ]\\s+(?<value>\".*\")\\s*$", RegexOptions.NonBacktracking)]
    private static partial Regex Equal();
}
