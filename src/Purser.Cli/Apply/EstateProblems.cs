namespace Purser.Cli.Apply;

/// <summary>All that is wrong with an estate file, told at once, in the order of its lines.</summary>
internal sealed class EstateProblems(string file)
{
    private readonly List<(long Line, string Text)> found = [];

    /// <summary>Where the file lies, and other files that it names.</summary>
    public string Folder => Path.GetDirectoryName(Path.GetFullPath(file)) ?? "";

    public bool Any => found.Count > 0;

    public void Add(long line, string text) => found.Add((line, text));

    public IEnumerable<string> Lines() => found.OrderBy(problem => problem.Line).Select(problem => $"{file}:{problem.Line}: {problem.Text}");
}
