using System.Text;

namespace Purser.Server.People;

/// <summary>
/// Several names in one field of a file: <c>Oslo;Bergen</c>. A name that holds a semicolon stands in quotes, a quote in it is doubled:
/// <c>"Oslo; harbour";Bergen</c>.
/// </summary>
public static class NameList
{
    private const char Separator = ';';
    private const char Quote = '"';

    public static string Write(params IReadOnlyList<string> names) => string.Join(Separator, names.Select(WriteOne));

    public static IReadOnlyList<string> Read(string field)
    {
        var names = new List<string>();
        for (var at = 0; at < field.Length;)
        {
            at = ReadOne(field, at, out var name);
            if (name.Length > 0)
            {
                names.Add(name);
            }
        }

        return names;
    }

    // The apostrophe would be taken for the one that an export puts before a formula.
    private static string WriteOne(string name) => name.Contains(Separator, StringComparison.Ordinal) || name is [Quote or '\'', ..]
        ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : name;

    /// <returns>Where the next name begins.</returns>
    private static int ReadOne(string field, int from, out string name)
    {
        while (from < field.Length && char.IsWhiteSpace(field[from]))
        {
            from++;
        }

        if (from < field.Length && field[from] == Quote && ReadQuoted(field, from, out name) is { } next)
        {
            return next;
        }

        var end = field.IndexOf(Separator, from) is >= 0 and var found ? found : field.Length;
        name = PeopleFile.Plain(field[from..end].Trim());
        return end + 1;
    }

    /// <returns>Null where the quotes do not enclose a whole name: then they are a part of it.</returns>
    private static int? ReadQuoted(string field, int from, out string name)
    {
        var text = new StringBuilder();
        for (var at = from + 1; at < field.Length; at++)
        {
            if (field[at] != Quote)
            {
                text.Append(field[at]);
            }
            else if (at + 1 < field.Length && field[at + 1] == Quote)
            {
                text.Append(field[at++]);
            }
            else
            {
                name = text.ToString().Trim();
                var rest = field.AsSpan(at + 1).TrimStart();
                return rest.Length == 0 ? field.Length : rest[0] == Separator ? field.Length - rest.Length + 1 : null;
            }
        }

        name = "";
        return null;
    }
}
