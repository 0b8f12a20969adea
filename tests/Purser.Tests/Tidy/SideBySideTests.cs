using System.Reflection;
using System.Text.RegularExpressions;
using Purser.Server.Alerts;
using Purser.Server.Events;

namespace Purser.Tests.Tidy;

/// <summary>The side-by-side list of docs/features.md says what is there: each word in “ ” stands in a file that its row names, each named test is there, and no alert and no event is left out.</summary>
public sealed partial class SideBySideTests
{
    private const string Document = "docs/features.md";

    private static readonly string Part = SourceTree.Read(Document)[SourceTree.Read(Document).IndexOf("## Side by side", StringComparison.Ordinal)..];

    private static readonly ILookup<string, string> Files = SourceTree.Files.ToLookup(file => Path.GetFileName(file)!, StringComparer.Ordinal);

    private static IEnumerable<string> Rows => Part.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal));

    [Fact]
    public void What_a_row_quotes_stands_in_the_files_it_names()
    {
        var missing = new List<string>();
        foreach (var row in Rows)
        {
            var named = FileNames.Matches(row).Select(match => match.Groups["file"].Value).ToList();
            missing.AddRange(named.Where(name => !Files.Contains(name)).Select(name => $"there is no file {name}: {row}"));
            var text = string.Concat(named.SelectMany(name => Files[name]).Select(SourceTree.Read));
            missing.AddRange(row.Split(" | ") is [_, var here, _] && named.Count > 0
                ? Quoted.Matches(here).Select(match => match.Groups["words"].Value).Where(words => !text.Contains(words, StringComparison.Ordinal)).Select(words => $"“{words}” is not in {string.Join(", ", named)}")
                : []);
            missing.AddRange(TestNames.Matches(row).Select(match => match.Value).Where(name => !Files.Contains($"{name}.cs")).Select(name => $"there is no test {name}"));
        }

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_alert_stands_there() =>
        Assert.DoesNotContain(AlertCatalogue.Kinds.Select(kind => AlertCatalogue.Of(kind).Title), title => !Part.Contains(title, StringComparison.Ordinal));

    [Fact]
    public void Every_licensing_and_product_instance_event_stands_there() =>
        Assert.DoesNotContain(new[] { typeof(LicensingEvents), typeof(ProductInstanceEvents), typeof(ExportEvents) }.SelectMany(KindsOf), kind => !Part.Contains(kind, StringComparison.Ordinal));

    /// <summary>Each event is a method that makes its text of whatever it is about.</summary>
    private static IEnumerable<string> KindsOf(Type events) => events.GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Where(method => method.ReturnType == typeof(EventText))
        .Select(method => ((EventText)method.Invoke(null, [.. method.GetParameters().Select(Something)])!).Kind);

    private static object? Something(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(string) => "x",
        var type when type.IsValueType => Activator.CreateInstance(type),
        var type when type.IsArray => Array.CreateInstance(type.GetElementType()!, 0),
        var type when type.IsGenericType => Array.CreateInstance(type.GetGenericArguments()[0], 0),
        _ => null,
    };

    [GeneratedRegex(@"`(?<file>[A-Za-z]+\.(razor|cs))`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex FileNames { get; }

    [GeneratedRegex("“(?<words>[^”]+)”", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted { get; }

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+Tests\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TestNames { get; }
}
