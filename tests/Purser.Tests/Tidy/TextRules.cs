using System.Text.RegularExpressions;

namespace Purser.Tests.Tidy;

/// <summary>Rules of the house that concern any text.</summary>
public sealed partial class TextRules
{
    private const int LongestFile = 400;

    private static readonly string[] Written = [".cs", ".razor", ".js", ".mjs", ".css", ".sh", ".md", ".props", ".targets", ".csproj", ".slnx", ".json", ".yaml", ".yml", ""];

    [Fact]
    public void No_file_of_code_is_longer_than_400_lines()
    {
        var tooLong = SourceTree.With(".cs", ".razor", ".js", ".mjs", ".css", ".sh", "")
            .Select(file => (file, Lines: SourceTree.Read(file).Count(character => character == '\n')))
            .Where(pair => pair.Lines > LongestFile)
            .Select(pair => $"{pair.file} has {pair.Lines} lines");
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Nothing_is_left_for_later() =>
        Assert.Empty(SourceTree.Find(SourceTree.With(Written), line => Later().Match(line) is { Success: true } match ? $"finish it or leave it out: {match.Value}" : null));

    [Fact]
    public void The_mode_decides_in_the_composition_root_only() =>
        Assert.Empty(SourceTree.Find(
            SourceTree.With(".cs", ".razor").Where(file => file != "src/Purser.Server/PurserServer.cs"),
            line => Mode().Match(line) is { Success: true } match ? $"features do not ask for the mode: {match.Value}" : null));

    [Fact]
    public void Nothing_names_the_machine_it_was_written_on() =>
        Assert.Empty(SourceTree.Find(SourceTree.With(Written), line => Machine().Match(line) is { Success: true } match ? $"means nothing elsewhere: {match.Value}" : null));

    [Fact]
    public void Lock_files_name_no_package_server() =>
        Assert.Empty(SourceTree.Find(
            SourceTree.Files.Where(file => Path.GetFileName(file).Contains("lock", StringComparison.OrdinalIgnoreCase) && file.EndsWith(".json", StringComparison.Ordinal)),
            line => line.Contains("\"resolved\"", StringComparison.Ordinal) ? "the package manager's own setting decides where packages come from" : null));

    [Fact]
    public void No_file_brings_its_own_package_source() =>
        Assert.DoesNotContain(SourceTree.Files, file => Path.GetFileName(file).Equals("nuget.config", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\b(?:TO[D]O|FI[X]ME|HA[C]K|X[X]X)\b|NotImplemented[E]xception", RegexOptions.None, 1000)]
    private static partial Regex Later();

    [GeneratedRegex(@"\bif \(!?_?(?:\w+\.)*(?:[Ii]s)?[Oo]n[Pp]rem\w*", RegexOptions.None, 1000)]
    private static partial Regex Mode();

    // Home folders, workspaces, private addresses and package mirrors.
    [GeneratedRegex(
        @"(?<![\w.\-~})])/(?:work|home|root|Users|workspace)/\w+|\b(?:10|192\.168)\.\d+\.\d+\.\d+:\d+|https?://[\w.\-]*(?:artifactory|nexus|mirror|verdaccio|pypi|feed)[\w.\-]*",
        RegexOptions.None, 1000)]
    private static partial Regex Machine();
}
