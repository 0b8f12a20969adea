using System.Collections.Frozen;

namespace Purser.Server.Web;

/// <summary>The help text of each page, from Web/Help/NAME.md inside the assembly.</summary>
public static class HelpTexts
{
    const string Prefix = "help/";
    static readonly FrozenDictionary<string, string> Rendered = Load();

    /// <summary>The text as safe HTML, or null when there is none of this name.</summary>
    public static string? Find(string page) => Rendered.GetValueOrDefault(page);

    public static IEnumerable<string> Names => Rendered.Keys;

    static FrozenDictionary<string, string> Load()
    {
        var assembly = typeof(HelpTexts).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => Path.GetFileNameWithoutExtension(name[Prefix.Length..]), name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return Markdown.ToHtml(reader.ReadToEnd());
            });
    }
}
