using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Purser.Cli.Apply;

/// <summary>Something in an estate file, with the line it stands on, so that every complaint can name it.</summary>
internal sealed class EstateNode(YamlNode? node, string path, EstateProblems problems)
{
    public long Line => node?.Start.Line ?? 0;

    public string Path => path;

    public bool IsThere => node is not null;

    public bool IsMapping => node is YamlMappingNode;

    public static EstateNode Read(string text, EstateProblems problems)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            var root = new EstateNode(stream.Documents.Count == 1 ? stream.Documents[0].RootNode : null, "", problems);
            if (!root.IsMapping)
            {
                problems.Add(1, "an estate file is one YAML document with parts such as catalog, accounts and orders");
            }

            return root;
        }
        catch (YamlException fault)
        {
            problems.Add(fault.Start.Line, $"this is not YAML: {fault.Message}");
            return new EstateNode(null, "", problems);
        }
    }

    /// <summary>A part of this one; the names that may stand here are known, and any other is a mistake.</summary>
    public EstateNode Part(string name) => new(Children().FirstOrDefault(child => Name(child.Key) == name).Value, path.Length == 0 ? name : $"{path}.{name}", problems);

    public EstateNode Knows(params string[] names)
    {
        if (node is not null and not YamlMappingNode)
        {
            problems.Add(Line, $"{path} must have named parts: {string.Join(", ", names)}");
        }

        foreach (var (key, _) in Children().Where(child => !names.Contains(Name(child.Key), StringComparer.Ordinal)))
        {
            problems.Add(key.Start.Line, $"'{Name(key)}' is not known here; expected {string.Join(", ", names)}");
        }

        return this;
    }

    public IReadOnlyList<EstateNode> Items()
    {
        if (node is YamlSequenceNode sequence)
        {
            return [.. sequence.Children.Select((child, index) => new EstateNode(child, $"{path}[{index + 1}]", problems))];
        }

        if (node is not null)
        {
            problems.Add(Line, $"{path} must be a list");
        }

        return [];
    }

    public string? Text()
    {
        if (node is null or YamlScalarNode)
        {
            return (node as YamlScalarNode)?.Value;
        }

        problems.Add(Line, $"{path} must be a text");
        return null;
    }

    /// <summary>One text, or a list of texts.</summary>
    public IReadOnlyList<string> Texts() => node is YamlSequenceNode ? [.. Items().Select(item => item.Text() ?? "")] : Text() is { } one ? [one] : [];

    /// <summary>The names of its parts, where they are the file's own.</summary>
    public IEnumerable<string> Names() => Children().Select(child => Name(child.Key));

    public string Required(string name)
    {
        var part = Part(name);
        if (part.Text() is { Length: > 0 } text)
        {
            return text;
        }

        problems.Add(Line, $"{(path.Length == 0 ? "" : path + ": ")}'{name}' is needed");
        return "";
    }

    public long? Number(string name)
    {
        var part = Part(name);
        if (part.Text() is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        problems.Add(part.Line, $"{part.Path} must be a whole number, it is '{text}'");
        return null;
    }

    public bool? Flag(string name)
    {
        var part = Part(name);
        switch (part.Text())
        {
            case null:
                return null;
            case "true" or "yes":
                return true;
            case "false" or "no":
                return false;
            default:
                problems.Add(part.Line, $"{part.Path} must be true or false");
                return null;
        }
    }

    public void Wrong(string what) => problems.Add(Line, what);

    private IEnumerable<KeyValuePair<YamlNode, YamlNode>> Children() => node is YamlMappingNode mapping ? mapping.Children : [];

    private static string Name(YamlNode key) => (key as YamlScalarNode)?.Value ?? "";
}
