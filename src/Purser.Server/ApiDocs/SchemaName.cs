using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;

namespace Purser.Server.ApiDocs;

/// <summary>
/// The names of schemas in the document. A use case calls what it takes and gives <c>Input</c>, <c>Answer</c>, <c>Row</c>: by the framework's names, which know the
/// type alone, all of them would be one schema. With the type around it each has its own: <c>BookOrderInput</c>.
/// </summary>
public static class SchemaName
{
    public static string? Of(JsonTypeInfo info) => OpenApiOptions.CreateDefaultSchemaReferenceId(info) is null ? null : Of(info.Type);

    public static string Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Of(value);
        }

        if (type.IsArray)
        {
            return "ArrayOf" + Of(type.GetElementType()!);
        }

        var name = type.IsGenericType ? Plain(type.Name) + "Of" + string.Join("And", type.GetGenericArguments().Select(Of)) : type.Name;
        return type is { IsNested: true, DeclaringType: { } around } ? Plain(around.Name) + name : name;
    }

    // Without the number of type arguments; what the compiler made has no name that a person could say.
    private static string Plain(string name) => name.Contains("AnonymousType", StringComparison.Ordinal) ? "AnonymousType" : name.Split('`')[0];
}
