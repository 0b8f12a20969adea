using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Purser.Tests.Tidy;

/// <summary>Who may refer to whom, and where versions stand.</summary>
public sealed partial class PackageRules
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Purser.Protocol"] = [],
        ["Purser.Server"] = ["Purser.Protocol"],
        ["Purser.Agent"] = ["Purser.Protocol"],
        ["Purser.Cli"] = ["Purser.Agent", "Purser.Protocol"],
    };

    [Fact]
    public void A_shipped_project_refers_only_to_what_the_design_allows()
    {
        foreach (var file in SourceTree.With(".csproj").Where(file => file.StartsWith("src/", StringComparison.Ordinal)))
        {
            var references = XDocument.Parse(SourceTree.Read(file)).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
            Assert.Subset(Allowed[Path.GetFileNameWithoutExtension(file)].ToHashSet(), references.ToHashSet());
        }
    }

    [Fact]
    public void What_crosses_the_wire_depends_on_no_package() =>
        Assert.Empty(XDocument.Parse(SourceTree.Read("src/Purser.Protocol/Purser.Protocol.csproj")).Descendants("PackageReference"));

    [Fact]
    public void Versions_stand_in_one_file_only()
    {
        foreach (var file in SourceTree.With(".csproj", ".props", ".targets").Where(file => file != "Directory.Packages.props"))
        {
            Assert.DoesNotContain(XDocument.Parse(SourceTree.Read(file)).Descendants("PackageReference"), reference => reference.Attribute("Version") is not null);
        }
    }

    [Fact]
    public void Every_package_is_pinned_exactly_and_says_why_it_is_there()
    {
        var versions = XDocument.Parse(SourceTree.Read("Directory.Packages.props")).Descendants("PackageVersion").ToList();
        Assert.NotEmpty(versions);
        foreach (var version in versions)
        {
            Assert.Matches(ExactVersion(), version.Attribute("Version")!.Value);
            var before = version.NodesBeforeSelf().LastOrDefault(node => node is XComment or XElement);
            Assert.True(before is XComment { Value.Length: > 10 }, $"{version.Attribute("Include")!.Value} needs its reason in a comment above it");
        }
    }

    [Fact]
    public void Every_pinned_package_is_used()
    {
        var used = SourceTree.With(".csproj", ".props").Where(file => file != "Directory.Packages.props")
            .SelectMany(file => XDocument.Parse(SourceTree.Read(file)).Descendants("PackageReference"))
            .Select(reference => reference.Attribute("Include")!.Value)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var pinned = XDocument.Parse(SourceTree.Read("Directory.Packages.props")).Descendants("PackageVersion").Select(version => version.Attribute("Include")!.Value);
        Assert.DoesNotContain(pinned, package => !used.Contains(package));
    }

    [GeneratedRegex(@"^\d+(?:\.\d+){1,3}$", RegexOptions.None, 1000)]
    private static partial Regex ExactVersion();
}
