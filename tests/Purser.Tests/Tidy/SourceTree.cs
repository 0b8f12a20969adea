namespace Purser.Tests.Tidy;

/// <summary>The repository as text: every file that people wrote.</summary>
internal static class SourceTree
{
    private static readonly string[] NotWritten = ["bin", "obj", "node_modules", ".git", "artifacts", "data", "TestResults"];

    public static string Root { get; } = Find();

    /// <summary>Paths below the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = Below(new DirectoryInfo(Root)).Order(StringComparer.Ordinal).ToList();

    public static IEnumerable<string> With(params string[] extensions) =>
        Files.Where(file => extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>The lines of these files for which a rule says something, as "file:line: what".</summary>
    public static IReadOnlyList<string> Find(IEnumerable<string> files, Func<string, string?> rule) =>
        (from file in files
         from line in Read(file).Split('\n').Select((text, index) => (Problem: rule(text), Number: index + 1))
         where line.Problem is not null
         select $"{file}:{line.Number}: {line.Problem}").ToList();

    private static IEnumerable<string> Below(DirectoryInfo folder) =>
        folder.EnumerateFiles().Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'))
            .Concat(folder.EnumerateDirectories().Where(child => !NotWritten.Contains(child.Name)).SelectMany(Below));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Purser.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The repository's root, which holds Purser.slnx, was not found above the tests.");
    }
}
