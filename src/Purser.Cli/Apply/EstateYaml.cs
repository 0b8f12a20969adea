using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Purser.Cli.Apply;

/// <summary>Writes an estate as YAML. What is empty is left out: it would say nothing.</summary>
internal static class EstateYaml
{
    /// <summary>Texts that other readers of YAML take for something else.</summary>
    private static readonly HashSet<string> Words = new(["true", "false", "yes", "no", "on", "off", "null", "~"], StringComparer.OrdinalIgnoreCase);

    /// <summary>That the document ends is plain.</summary>
    private const string End = "\n...\n";

    public static string Write(JsonObject root)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new YamlStream(new YamlDocument(Mapping(root) ?? new YamlMappingNode())).Save(writer, assignAnchors: false);
        var text = writer.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
        return text.EndsWith(End, StringComparison.Ordinal) ? text[..^(End.Length - 1)] : text;
    }

    private static YamlNode? Node(JsonNode? json) => json switch
    {
        JsonObject { Count: > 0 } named => Mapping(named),
        JsonArray { Count: > 0 } list => new YamlSequenceNode(list.Select(Node).OfType<YamlNode>()),
        JsonValue value => Scalar(value),
        _ => null,
    };

    private static YamlMappingNode? Mapping(JsonObject named)
    {
        var mapping = new YamlMappingNode();
        foreach (var (name, value) in named)
        {
            if (Node(value) is { } node)
            {
                mapping.Add(Text(name), node);
            }
        }

        return mapping.Children.Count > 0 ? mapping : null;
    }

    private static YamlScalarNode? Scalar(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>() is { Length: > 0 } text ? Text(text) : null,
        JsonValueKind.True or JsonValueKind.False => new YamlScalarNode(value.GetValue<bool>() ? "true" : "false"),
        _ => new YamlScalarNode(value.ToJsonString()),
    };

    private static YamlScalarNode Text(string text) => new(text)
    {
        Style = text.Contains('\n', StringComparison.Ordinal) || Words.Contains(text) || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? ScalarStyle.DoubleQuoted
            : ScalarStyle.Any,
    };
}
