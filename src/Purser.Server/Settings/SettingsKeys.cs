using System.ComponentModel;
using System.Reflection;

namespace Purser.Server.Settings;

/// <summary>
/// Sorts out what cannot be read, so that the rest can still be judged: keys that are no setting (a misspelt one must not be silently ignored)
/// and values of the wrong kind.
/// </summary>
internal static class SettingsKeys
{
    public static IConfiguration Sift(IConfiguration configuration, List<string> problems)
    {
        var readable = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in configuration.AsEnumerable().Where(pair => pair.Value is not null).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var problem = TypeOf(key) is { } type ? WrongValue(key, value!, type) : $"{key} is not a setting.{Nearest(key)}";
            if (problem is null)
            {
                readable.Add(key, value);
            }
            else
            {
                problems.Add(problem);
            }
        }

        return new ConfigurationBuilder().AddInMemoryCollection(readable).Build();
    }

    /// <summary>All keys, as they are written: "Http:Port".</summary>
    public static IEnumerable<string> All() =>
        from section in typeof(PurserSettings).GetProperties()
        from setting in section.PropertyType.GetProperties()
        where setting.CanWrite
        select $"{section.Name}:{setting.Name}";

    private static Type? TypeOf(string key)
    {
        const BindingFlags AnyCase = BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase;
        var parts = key.Split(':');
        var setting = parts.Length == 2 ? typeof(PurserSettings).GetProperty(parts[0], AnyCase)?.PropertyType.GetProperty(parts[1], AnyCase) : null;
        return setting is { CanWrite: true } ? setting.PropertyType : null;
    }

    private static string? WrongValue(string key, string value, Type type)
    {
        if (TypeDescriptor.GetConverter(type).IsValid(value))
        {
            return null;
        }

        return $"{key} must be {(type == typeof(bool) ? "true or false" : "a whole number")}, it is '{value}'.";
    }

    private static string Nearest(string key)
    {
        var name = key[(key.LastIndexOf(':') + 1)..];
        var nearest = All().FirstOrDefault(known => known.EndsWith($":{name}", StringComparison.OrdinalIgnoreCase));
        return nearest is null ? "" : $" Is {nearest} meant?";
    }
}
