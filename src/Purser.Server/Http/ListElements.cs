using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Purser.Server.Http;

/// <summary>A null in a list whose elements are always there is refused like any other null: the serializer checks properties and parameters, but not elements.</summary>
internal static class ListElements
{
    /// <summary>How the message begins.</summary>
    public const string Refusal = "The body holds null in the list ";

    public static void Demand(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.Assembly != typeof(ListElements).Assembly)
        {
            return;
        }

        var lists = type.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(HasElementsThatAreThere).ToList();
        if (lists.Count > 0)
        {
            type.OnDeserialized += body => Check(body, lists);
        }
    }

    private static bool HasElementsThatAreThere(PropertyInfo property)
    {
        if (property.GetIndexParameters().Length > 0 || property.PropertyType == typeof(string) || !property.PropertyType.IsAssignableTo(typeof(IEnumerable)))
        {
            return false;
        }

        var nullability = new NullabilityInfoContext().Create(property);
        var element = nullability.ElementType ?? (nullability.GenericTypeArguments.Length == 1 ? nullability.GenericTypeArguments[0] : null);
        return element is { Type.IsValueType: false, ReadState: NullabilityState.NotNull };
    }

    private static void Check(object body, List<PropertyInfo> lists)
    {
        foreach (var list in lists)
        {
            if (list.GetValue(body) is IEnumerable elements && elements.Cast<object?>().Any(element => element is null))
            {
                throw new JsonException($"{Refusal}'{JsonNamingPolicy.CamelCase.ConvertName(list.Name)}'. Leave it out.", path: "$", lineNumber: null, bytePositionInLine: null);
            }
        }
    }
}
