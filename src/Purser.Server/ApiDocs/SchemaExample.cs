using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Purser.Server.ApiDocs;

/// <summary>A schema as JSON that shows its members and their types: quicker to read than the schema itself.</summary>
public static class SchemaExample
{
    private const int Deepest = 6;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(IOpenApiSchema schema) => Node(schema, Deepest)?.ToJsonString(Indented) ?? "null";

    private static JsonNode? Node(IOpenApiSchema schema, int depth)
    {
        var type = schema.Type & ~JsonSchemaType.Null;
        if (schema.OneOf is { Count: > 0 } alternatives)
        {
            return Node(alternatives.FirstOrDefault(one => one.Type != JsonSchemaType.Null) ?? alternatives[0], depth);
        }

        if (schema.Enum is { Count: > 0 } values)
        {
            return string.Join(" | ", values.Where(value => value is not null).Select(value => value.ToString()));
        }

        if (depth == 0)
        {
            return "…";
        }

        if (schema.Properties is { Count: > 0 } properties)
        {
            return new JsonObject(properties.Select(property => KeyValuePair.Create(property.Key, Node(property.Value, depth - 1))));
        }

        return type switch
        {
            JsonSchemaType.Array => new JsonArray(schema.Items is null ? null : Node(schema.Items, depth - 1)),
            JsonSchemaType.Object => schema.AdditionalProperties is { } member ? new JsonObject { ["…"] = Node(member, depth - 1) } : new JsonObject(),
            JsonSchemaType.Boolean => true,
            JsonSchemaType.Integer => 0,
            JsonSchemaType.Number => 0,

            // The framework writes numbers that may also come as text as integer|string.
            _ when type?.HasFlag(JsonSchemaType.Integer) == true => 0,
            _ => schema.Format switch
            {
                "date-time" => "2026-11-21T14:03:05+00:00",
                "date" => "2026-11-21",
                "byte" => "base64",
                _ => "text",
            },
        };
    }
}
